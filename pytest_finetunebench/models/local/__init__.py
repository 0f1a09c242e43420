"""Models in this process: what a spec names, and what torch, transformers and peft do with it, at first use.

May import `models`, `settings`, `cases` and below.
"""
