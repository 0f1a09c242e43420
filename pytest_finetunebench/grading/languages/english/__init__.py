"""English, part by part; `en.py` above puts the parts together.

Each part is one kind of word. May import `grading`, `grading.languages`, `cases` and below.
"""
