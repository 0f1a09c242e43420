"""Graders for structured answers: Python, SQL, JSON, identifiers. Answers are parsed, never run.

May import `grading.text`, `cases` and below.
"""
