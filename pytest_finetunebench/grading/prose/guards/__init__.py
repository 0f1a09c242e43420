"""Guards by subject: each takes back that an answer gives a reference.

`ladder.GUARDS` has their order.
May import `grading`, `grading.prose`, `grading.text`, `grading.values`, `cases` and below.
"""
