"""Explain a miss: the most similar entry, and the parts of the key that differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from pytest_finetunebench.completions import Message, Request
from pytest_finetunebench.errors import one_line
from pytest_finetunebench.models.cache.entry import Entry

SHOWN = 50
"""Characters shown of each of two texts that differ."""


@dataclass(frozen=True)
class Difference:
    """One part of the key in which a stored request and the one asked for differ, as a person reads it."""

    part: str
    stored: str
    asked: str

    def __str__(self) -> str:
        return f"{self.part}: stored {self.stored}, asked {self.asked}"


def differences(stored: Request, asked: Request) -> list[Difference]:
    """Return every part of the key that differs, in the order of the key."""
    parts = [
        ("provider", stored.provider, asked.provider),
        ("base_url", stored.base_url, asked.base_url),
        ("model", stored.model, asked.model),
        ("sampling.temperature", stored.sampling.temperature, asked.sampling.temperature),
        ("sampling.seed", stored.sampling.seed, asked.sampling.seed),
        ("sampling.max_tokens", stored.sampling.max_tokens, asked.sampling.max_tokens),
        ("repeat", stored.repeat, asked.repeat),
        ("response_schema", stored.response_schema, asked.response_schema),
    ]
    plain = [Difference(name, _value(old), _value(new)) for name, old, new in parts if old != new]
    return plain[:3] + _message_differences(stored.messages, asked.messages) + plain[3:]


def nearest(entries: Iterable[Entry], request: Request) -> tuple[Entry, list[Difference]] | None:
    """Return the entry sharing most with `request`, and what differs: same question first, then fewest parts."""
    from rapidfuzz import fuzz

    best: tuple[tuple[bool, int, float], Entry, list[Difference]] | None = None
    for entry in entries:
        found = differences(entry.request, request)
        same = entry.request.prompt == request.prompt
        likeness = 100.0 if same else fuzz.ratio(entry.request.prompt, request.prompt)
        rank = (not same, len(found), -likeness)
        if best is None or rank <= best[0]:
            best = (rank, entry, found)
    return None if best is None else best[1:]


def _message_differences(stored: tuple[Message, ...], asked: tuple[Message, ...]) -> list[Difference]:
    old_roles, new_roles = ([message.role for message in messages] for messages in (stored, asked))
    if old_roles == new_roles:
        pairs = list(zip_longest(stored, asked))
        found = []
    else:  # counted from the end: a system message is what comes and goes
        pairs = list(zip(reversed(stored), reversed(asked), strict=False))[::-1]
        found = [Difference("messages", _roles(old_roles), _roles(new_roles))]
    skipped = len(asked) - len(pairs)
    for number, (old, new) in enumerate(pairs, start=skipped + 1):
        if old.role == new.role and old.content != new.content:
            found.append(Difference(f"message {number} ({new.role})", *_excerpts(old.content, new.content)))
    return found


def _roles(roles: Sequence[str]) -> str:
    return f"{len(roles)} ({', '.join(roles)})"


def _excerpts(old: str, new: str) -> tuple[str, str]:
    """Show both texts from the start, or from shortly before a late first difference."""
    shared = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    begin = 0 if shared < SHOWN - 10 else shared - SHOWN // 2
    return _excerpt(old, begin), _excerpt(new, begin)


def _excerpt(text: str, begin: int) -> str:
    shown = one_line(repr(text[begin : begin + SHOWN]), SHOWN * 6)
    return ("… " if begin else "") + shown + (" …" if begin + SHOWN < len(text) else "")


def _value(value: object) -> str:
    return "none" if value is None else one_line(repr(value), 200)
