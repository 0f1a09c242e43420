"""Readable ids for items that come without one: from an import, or drafted by a model."""

from __future__ import annotations

from pytest_finetunebench.cases.names import slug

_LONGEST = 60
_LONGEST_OTHER = 24
"""Characters of an id in a script without spaces: each is about a syllable or a word."""
_NAMELESS = "item"
"""The id of a question without letters and digits."""


def free_id(question: str, taken: set[str]) -> str:
    """Return an id made of a question, and add its slug to `taken`, the slugs of other ids."""
    first = _written(question) or _NAMELESS
    name, number = first, 2
    while slug(name) in taken:
        name, number = f"{first}-{number}", number + 1
    taken.add(slug(name))
    return name


def _written(question: str) -> str:
    if sum(char.isascii() and char.isalnum() for char in question) * 2 < sum(map(str.isalnum, question)):
        # transliterated, it would be riddles: `ri-ben-yu`
        words = "-".join("".join(char if char.isalnum() else " " for char in question).split())
        return words[:_LONGEST_OTHER].strip("-")
    whole = slug(question)
    return whole[:_LONGEST].rsplit("-", 1)[0] if len(whole) > _LONGEST else whole
