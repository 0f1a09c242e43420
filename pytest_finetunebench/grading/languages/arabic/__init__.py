"""Arabic, part by part; `ar.py` above puts the parts together.

May import `grading`, `grading.languages`, `cases` and below.
"""
