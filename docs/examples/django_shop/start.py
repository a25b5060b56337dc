"""Start the shop on 127.0.0.1: make its tables, load demo data once, serve.

`python docs/examples/django_shop/start.py` takes `--port` (8000) and `--data`, the
folder for the database and the secret key.
"""

import argparse
import os
import sys
from pathlib import Path

import django
from django.core.management import call_command


def main() -> None:
    """Read the command line, prepare the database, serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", type=Path, help="folder for database and secret key")
    given = parser.parse_args()
    if given.data:
        os.environ["SHOP_DATA"] = str(given.data.resolve())
    # The package is this folder, so its parent goes on the path instead of itself.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_shop.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_demo")
    # The admin's own style sheets are served here too; a web server would do that.
    serving = {"use_reloader": False, "insecure_serving": True}
    call_command("runserver", f"127.0.0.1:{given.port}", **serving)


if __name__ == "__main__":
    main()
