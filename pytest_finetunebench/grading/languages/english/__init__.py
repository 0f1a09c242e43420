"""English, part by part; `languages/en.py` puts the parts together."""
