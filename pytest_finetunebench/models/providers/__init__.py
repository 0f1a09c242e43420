"""The providers: OpenAI-compatible servers, Gemini, recordings, the control model, and the user's own.

Each module imports one SDK, at its first call. May import `settings`, `cases`, `files` and below.
"""
