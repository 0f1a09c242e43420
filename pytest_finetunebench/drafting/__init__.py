"""Draft probes and items by a model, and check them by rules and by a second model, for a person to accept.

May import `models`, `loaders` and below. Never imports `runs` or `training`, which are on the same floor.
"""
