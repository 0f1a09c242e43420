"""Draft probes and items by a model, and check them by rules and by a model. A person accepts them.

May import `models`, `loaders` and below. Never imports `runs` or `training`, which are on the same floor.
"""
