"""Ask models: the model under test, the base and the judge, through one completer with cache, limits and budget.

May import `grading`, `cases`, `settings` and below. Never imports `loaders`, which stands beside it.
"""
