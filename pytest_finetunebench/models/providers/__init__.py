"""The providers: OpenAI-compatible servers, Gemini, recordings, the control model, and custom ones.

Each module imports one SDK, at its first call. May import `models`, `models.local`, `settings`, `cases` and below.
"""
