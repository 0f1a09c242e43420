"""Make calls within limits: one event loop, retries, rates, budget, one call per request, and who pays for it.

May import `models`, `models.providers`, `models.cache`, `settings`, `cases` and below.
"""
