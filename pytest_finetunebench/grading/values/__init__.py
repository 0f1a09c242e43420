"""Values in texts: quantities with units, dates, clock times, frequencies, names.

May import `grading.text` and below.
"""
