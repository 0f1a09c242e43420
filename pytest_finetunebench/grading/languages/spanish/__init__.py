"""Spanish, part by part; `es.py` above puts the parts together.

May import `grading`, `grading.languages`, `cases` and below.
"""
