"""German, part by part; `de.py` above puts the parts together.

May import `grading`, `grading.languages`, `cases` and below.
"""
