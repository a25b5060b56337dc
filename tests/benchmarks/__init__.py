"""Speeds as ratios: the library against a bare loop, and a long queue against a short.

`python -m tests.benchmarks [NAME ...]` prints one JSON object per benchmark.
"""
