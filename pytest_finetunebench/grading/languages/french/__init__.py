"""French, part by part; `fr.py` above puts the parts together.

May import `grading`, `grading.languages`, `cases` and below.
"""
