"""Turn a run into text: one view model (`summary`), then terminal lines, JUnit pairs and Markdown.

Knows nothing of pytest. May import `runs` and below.
"""
