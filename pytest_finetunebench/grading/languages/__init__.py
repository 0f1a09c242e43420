"""Languages as graders need them: one frozen `Language` each, which holds every word that a verdict depends on.

`language.py` says what a language has to give, `en.py` is English. May import `patterns`, `wordlists` and `memo`.
"""
