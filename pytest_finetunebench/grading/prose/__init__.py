"""Graders for answers in words: match, number, choice, yes or no, refusal, stale, overfit.

May import `grading`, `grading.text`, `grading.values`, `cases` and below.
"""
