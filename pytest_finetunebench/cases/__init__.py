"""What a case file says: the suite of items and probes, the file format, and the options of each grader.

May import `files`, `completions` and `errors`. Loading lives in `loaders`, grading in `grading`.
"""
