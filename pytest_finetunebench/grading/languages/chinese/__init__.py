"""Chinese, part by part; `zh.py` above puts the parts together.

May import `grading`, `grading.languages`, `cases` and below.
"""
