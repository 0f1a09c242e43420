"""Edit a case file in place by cuts and insertions, so that every other byte stays as it was.

May import `files` and below.
"""
