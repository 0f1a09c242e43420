"""Evaluate a model from Python, without pytest: same suites, cache, records and statistics.

May import `reports` and below.
"""
