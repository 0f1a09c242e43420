"""Languages by their codes."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from pytest_finetunebench.cases.languages import LANGUAGES
from pytest_finetunebench.grading.languages.en import EN
from pytest_finetunebench.grading.languages.language import Language


@cache
def language_of(code: str) -> Language:
    """Return the language of an ISO 639-1 code; all but English are imported at their first use.

    Raises:
        ValueError: No language has this code.
    """
    if code == EN.code:
        return EN
    if code not in LANGUAGES:
        raise ValueError(f"no language '{code[:60]}': there are {', '.join(LANGUAGES)}")
    found = getattr(import_module(f"{__package__}.{code}"), code.upper())
    if not isinstance(found, Language):
        raise TypeError(f"{code} is no language")
    return found
