"""Probes and items that a model drafts, checked by rules and by a second pass, for a person to accept."""
