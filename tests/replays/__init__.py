"""Real histories replayed through the public interface, to be held against answers.

`python -m tests.replays KEY --data DIR` prints the figures of one set-up as JSON.
"""
