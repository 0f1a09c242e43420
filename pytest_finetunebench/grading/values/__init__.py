"""Read values in text: quantities with units, dates, clock times, frequencies, names.

May import `grading`, `grading.languages`, `grading.text`, `cases` and below.
"""
