"""Train on a suite: export its training file, check it, find leaks, follow a fine-tuning job.

May import `models`, `loaders` and below. Never imports `runs` or `drafting`, which are on the same floor.
"""
