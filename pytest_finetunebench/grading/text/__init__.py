"""Read text: tokens, phrases, numerals, fences.

May import `grading`, `grading.languages`, `cases` and below.
"""
