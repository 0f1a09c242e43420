"""Languages: each is one frozen `Language`, which holds every word that a verdict depends on.

`language.py` says what a language gives, `en.py` is English.
May import `grading`, `grading.languages.english`, `cases` and below.
"""
