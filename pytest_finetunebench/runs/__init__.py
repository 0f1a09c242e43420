"""Runs as data: results, rates, gates, records and their files, comparison, merging, regrading.

May import `models`, `loaders` and below. Never imports `training` or `drafting`, which are on the same floor.
"""
