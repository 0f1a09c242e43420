"""Answer many requests by a provider's batch jobs, without ever paying twice.

May import `models`, `models.providers`, `models.cache`, `settings`, `cases` and below.
"""
