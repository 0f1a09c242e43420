"""Turn a run into text: one view model (`summary`), then terminal lines, JUnit pairs and Markdown.

May import `runs`, `models` and below. Knows nothing of pytest.
"""
