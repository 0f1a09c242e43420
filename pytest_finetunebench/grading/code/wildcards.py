"""SQL's LIKE and GLOB in linear time: SQLite's own tries every way to place each wildcard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import regex


def like(pattern: str, text: str, escape: str | None = None) -> bool:
    """Whether `text` matches an SQL LIKE pattern, ASCII letter case apart, as in SQLite."""
    return _matches(_like_parts(pattern, escape), text)


def glob(pattern: str, text: str) -> bool:
    """Whether `text` matches a GLOB pattern: `*`, `?` and `[a-z]`."""
    return _matches(_glob_parts(pattern), text)


Part = tuple[int, "regex.Pattern[str]"]
"""What stands between two wildcards of any length: how many characters it matches, and which."""


def _matches(parts: Sequence[Part], text: str) -> bool:
    """Take each part at its first place after the last: no other choice can match more."""
    position = 0
    for index, (length, part) in enumerate(parts):
        if index == len(parts) - 1:
            start = len(text) - length
            fits = start == position if index == 0 else start >= position
            return fits and part.fullmatch(text, start) is not None
        found = part.match(text) if index == 0 else part.search(text, position)
        if found is None:
            return False
        position = found.end()
    return False


@lru_cache(maxsize=128)
def _like_parts(pattern: str, escape: str | None) -> tuple[Part, ...]:
    return tuple(_compiled(_like_tokens(pattern, escape), regex.IGNORECASE | regex.ASCII))


@lru_cache(maxsize=128)
def _glob_parts(pattern: str) -> tuple[Part, ...]:
    return tuple(_compiled(_glob_tokens(pattern), regex.ASCII))


def _compiled(tokens: Iterator[str | None], flags: int) -> Iterator[Part]:
    characters: list[str] = []
    for token in (*tokens, None):
        if token is None:
            yield len(characters), regex.compile("".join(characters), flags | regex.DOTALL)
            characters = []
        else:
            characters.append(token)


def _like_tokens(pattern: str, escape: str | None) -> Iterator[str | None]:
    """Yield a regular expression for each character, None for a wildcard of any length."""
    characters = iter(pattern)
    for char in characters:
        if escape and char == escape:
            yield regex.escape(next(characters, char))
        elif char == "%":
            yield None
        else:
            yield "." if char == "_" else regex.escape(char)


def _glob_tokens(pattern: str) -> Iterator[str | None]:
    index = 0
    while index < len(pattern):
        char = pattern[index]
        end = pattern.find("]", index + (3 if pattern[index + 1 : index + 2] == "^" else 2)) if char == "[" else -1
        if end > 0:
            yield _set(pattern[index + 1 : end])
            index = end
        elif char == "*":
            yield None
        else:
            # a set that is not closed matches nothing
            yield {"?": ".", "[": r"(?!.)."}.get(char) or regex.escape(char)
        index += 1


def _set(body: str) -> str:
    negated = body.startswith("^")
    members = regex.findall(r".-.|.", body[negated:], regex.DOTALL)
    ranges = [f"{regex.escape(m[0])}-{regex.escape(m[-1])}" if len(m) == 3 else regex.escape(m) for m in members]
    kept = [r for r, m in zip(ranges, members, strict=True) if len(m) < 3 or m[0] <= m[-1]]
    if not kept:
        return "." if negated else r"(?!.)."
    return f"[{'^' if negated else ''}{''.join(kept)}]"
