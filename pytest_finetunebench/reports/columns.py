"""Text in the columns of a terminal: an East Asian character takes two, a combining one none."""

from __future__ import annotations

import re
import textwrap

CUT = "…"
_BLANK = re.compile(r"\s")
_WORD = re.compile("( *)([^ ]+)")


def columns(text: str) -> int:
    """Return how many columns a line takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def fitted(text: str, width: int) -> str:
    """Return a line that takes at most `width` columns: cut, with an ellipsis, where it is longer."""
    if columns(text) <= width:
        return text
    return _pieces(text, max(width - 1, 1))[0] + CUT


def left(text: str, width: int) -> str:
    """Return a line of exactly `width` columns, filled or cut on the right."""
    text = fitted(text, width)
    return text + " " * (width - columns(text))


def right(text: str, width: int) -> str:
    """Return a line of exactly `width` columns, filled on the left or cut on the right."""
    text = fitted(text, width)
    return " " * (width - columns(text)) + text


def wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Break a text at blanks into lines of at most `width` columns; `first` and `rest` stand before them.

    A word that is longer is broken anywhere.
    """
    if text.isascii():
        lines = textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
        return [line.rstrip() for line in lines]
    room = max(width - columns(rest), 2)
    line, empty = first, True
    lines = []
    for blanks, word in _WORD.findall(_BLANK.sub(" ", text)):
        for number, piece in enumerate(_pieces(word, room)):
            gap = "" if empty or number else blanks
            if not empty and columns(line) + columns(gap + piece) > width:
                lines.append(line)
                line, gap = rest, ""
            line, empty = line + gap + piece, False
    return [*lines, line] if not empty else []


def named(name: str, text: str, width: int) -> list[str]:
    """Return a text below its name, which takes a column of its own."""
    return wrapped(text, width, name.ljust(12), " " * 12)


def _pieces(word: str, width: int) -> list[str]:
    if word.isascii():
        return [word[start : start + width] for start in range(0, len(word), width)]
    from rich.cells import chop_cells

    return chop_cells(word, width) or [""]
