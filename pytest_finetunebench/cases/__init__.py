"""What a case file says: the suite of items and probes, the file format, and each grader's options.

`loaders` reads the files, and `grading` applies the graders.
May import `files`, `completions` and below.
"""
