"""Draft probes and items by a model, check them by rules and by a second pass, for a person to accept.

May import `models`, `loaders`, `cases` and below. Never imports `runs` or `training`, which stand beside it.
"""
