"""Japanese, part by part; `ja.py` above puts the parts together.

May import `grading`, `grading.languages`, `cases` and below.
"""
