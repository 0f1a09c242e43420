"""Turn a user's own data into case files: tables, training files, and test files of other tools.

`records` reads a file, `formats` finds the question and answer of each record (`columns`, `promptfoo`), `items` joins
wordings, finds duplicates and contradictions, and makes the items.
May import `loaders`, `grading` and below.
"""
