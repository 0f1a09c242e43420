"""The languages in which questions and answers are graded. `grading.languages` holds what each of them gives."""

from __future__ import annotations

from pytest_finetunebench.errors import nearest

LANGUAGES = {
    "en": "English",
    "ar": "Arabic",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "ja": "Japanese",
    "zh": "Chinese",
}
"""ISO 639-1 code → name, the default first."""
DEFAULT_LANGUAGE = "en"
AUTO_LANGUAGE = "auto"
"""Instead of a code: each item's language is read from its own words, and shown by `validate`."""
LANGUAGE_WORDS = (*LANGUAGES, AUTO_LANGUAGE)


def known_language(word: str) -> str:
    """Return `word` if a case file may give it as a language.

    Raises:
        ValueError: It is none; the message lists those that are.
    """
    if word not in LANGUAGE_WORDS:
        listed = ", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
        raise ValueError(f"'{word[:60]}' is no known language{nearest(word, LANGUAGE_WORDS)}: write {listed} or auto")
    return word
