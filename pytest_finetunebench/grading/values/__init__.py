"""Read values in text: quantities with units, dates, clock times, frequencies, names.

May import `grading.text`, `cases` and below.
"""
