"""Graders for answers in words: match, number, choice, yes or no, refusal, stale, overfit.

Each takes one `Exchange`, read at the door in `exchange.py`; `ladder.py` orders the rules and guards.
May import `grading`, `grading.languages`, `grading.text`, `grading.values`, `grading.prose.rules`,
`grading.prose.guards`, `cases` and below.
"""
