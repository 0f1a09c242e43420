"""Take an answer out of the Markdown around it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from pytest_finetunebench.grading.patterns import deferred

_FENCE, _OTHER_FENCE = "```", "~~~"
_FENCE_LINE = deferred(r"^[ \t]{0,3}(`{3,}|~{3,})[ \t]*([^\n`]*)$", re.MULTILINE)


def unfenced(text: str, anywhere: bool = False) -> str:
    """Return what stands in the answer's one code fence, or in its single backticks, or else the stripped answer.

    Text around the fence is allowed only `anywhere`; the fence's language is dropped.
    """
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    if _FENCE in text or _OTHER_FENCE in text:
        found = blocks(text)
        around = found and not (text[: found[0].start].strip() or text[found[0].end :].strip())
        if len(found) == 1 and found[0].closed and (anywhere or around):
            return found[0].body
    parts = text.strip().split(_FENCE)
    if len(parts) == 3 and (anywhere or not (parts[0].strip() or parts[2].strip())):
        language, newline, body = parts[1].partition("\n")
        return body.strip() if newline else language.strip()
    plain = text.strip()
    if len(plain) > 2 and plain[0] == plain[-1] == "`" and plain.count("`") == 2:
        return plain[1:-1].strip()
    return plain


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of Markdown: where it stands, its language in lower case, and what is in it."""

    start: int
    end: int
    language: str
    body: str
    closed: bool
    """False where the text ends first, or another block begins."""


def blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a text; a fence with a language that comes within one begins another."""
    found: list[Block] = []
    opened: re.Match[str] | None = None
    for line in _FENCE_LINE.finditer(text):
        if opened is not None and not line[1].startswith(opened[1]):
            continue
        words = line[2].split()
        # models write on behind a closing fence: a language is one word
        begins = opened is None or len(words) == 1
        if opened is not None:
            found.append(_block(text, opened, line, closed=not begins))
        opened = line if begins else None
    if opened is not None:
        found.append(_block(text, opened, None, closed=False))
    return found


def _block(text: str, opened: re.Match[str], closing: re.Match[str] | None, *, closed: bool) -> Block:
    until = len(text) if closing is None else closing.start()
    end = closing.end() if closing is not None and closed else until
    language = (opened[2].split() or [""])[0].lower()
    return Block(opened.start(), end, language, text[opened.end() + 1 : until].strip(), closed)


class Fences:
    """Where a text is in closed fenced blocks."""

    def __init__(self, text: str) -> None:
        self._spans = [(block.start, block.end) for block in blocks(text) if block.closed]
        self._starts = [start for start, _ in self._spans]

    def hold(self, at: int) -> bool:
        """Whether a place is within one."""
        index = bisect_right(self._starts, at) - 1
        return index >= 0 and at < self._spans[index][1]
