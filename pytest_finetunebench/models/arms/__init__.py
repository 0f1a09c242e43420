"""Arms: the same probes put to a model in another way, with a prompt, examples, passages or the fact itself.

An arm turns a probe into the messages of a request, so that cache, limits, budget and records take it as any other.
May import `models`, `grading`, `settings`, `cases` and below.
"""
