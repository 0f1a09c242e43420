"""Test what a fine-tuned model learned, with pytest."""

__version__ = "0.1.0"
