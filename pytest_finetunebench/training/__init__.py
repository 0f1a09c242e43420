"""Train on a suite: export its training file, check it, find leaks, follow a fine-tuning job.

May import `models`, `loaders`, `grading` and below. Never imports `runs` or `drafting`, which stand beside it.
"""
