"""Read what people hand in, write files whole or not at all, and import a user's code.

Knows nothing of probes or models. May import `errors`.
"""
