"""How much is kept of what was read: the probes of an item stand together, and arms and samples ask them again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

MEMO_SIZE = 640
"""So many references and questions are kept, and of each function so many of its findings on them: a suite's worth.

Of long ones, with a dozen answers each, that takes some ten megabytes.
"""
WORD_MEMO_SIZE = 3072
"""So many words: the frequent ones come again in any text."""

Owner = TypeVar("Owner")
Value = TypeVar("Value")


def once_per_text(find: Callable[[Owner], Value]) -> Callable[[Owner], Value]:
    """Keep what a function finds out about a text with this text, so that both go at once.

    Not for what holds the text itself: this would be a cycle, which only garbage collection ends.
    """
    name = f"{find.__module__}.{find.__name__}"

    @wraps(find)
    def kept(text: Owner) -> Value:
        all_kept: dict[str, Value] = text.__dict__
        if name in all_kept:
            return all_kept[name]
        value = all_kept[name] = find(text)
        return value

    return kept
