"""Rules by subject: each finds where an answer gives a reference.

`ladder.RULES` has their order.
May import `grading`, `grading.prose`, `grading.text`, `grading.values`, `cases` and below.
"""
