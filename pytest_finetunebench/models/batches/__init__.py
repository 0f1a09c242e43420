"""Answer many requests by a provider's batch jobs, without ever paying twice.

May import `models.providers`, `models.cache` and below.
"""
