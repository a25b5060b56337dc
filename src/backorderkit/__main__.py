"""`python -m backorderkit`: what the library does, with or without your own files."""

import sys

from backorderkit.demo import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
