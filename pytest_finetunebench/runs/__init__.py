"""Runs as data: results, rates, gates, records and their files, comparison, merging, regrading.

May import `models`, `loaders`, `grading` and below. Never imports `training` or `drafting`, which stand beside it.
"""
