"""Read what people hand in, write files whole or not at all, and import the user's code.

Knows no probe and no model. May import `errors`.
"""
