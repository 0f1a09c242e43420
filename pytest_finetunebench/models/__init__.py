"""Ask the model under test, the base model and the judge, with cache, limits and budget.

May import `grading` and below. Never imports `loaders`, which is on the same floor.
"""
