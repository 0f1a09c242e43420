"""Make calls within limits: one event loop, retries, rates, budget.

May import `models`, `models.providers`, `settings`, `cases` and below.
"""
