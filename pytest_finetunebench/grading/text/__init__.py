"""Read text: tokens, phrases, stems, numerals, fences.

May import `cases` and below. Imports nothing else of `grading`.
"""
