"""Graders for structured answers: Python, SQL, JSON, identifiers.

Answers are parsed; only SQL runs, in a closed sandbox. May import `grading`, `grading.text`, `cases` and below.
"""
