"""Texts as graders read them: tokens, phrases, stems, numerals, fences.

May import `cases`, `errors` and nothing else of `grading`.
"""
