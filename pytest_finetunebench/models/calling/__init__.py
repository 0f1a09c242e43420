"""Make calls within limits: one event loop, retries, rates, budget.

May import `models.providers` and below.
"""
