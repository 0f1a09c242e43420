"""The code of an answer: alone, in its fences, or in the backticks of a sentence."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from pytest_finetunebench.grading.code.contrast import is_contrasted
from pytest_finetunebench.grading.text.fences import blocks, unfenced

LONGEST = 40_000
"""Characters of an answer that are searched for code in sentences."""
_TICKED = regex.compile(r"(?<!`)`([^`\n]{1,500})`(?!`)|(?<![\w*])\*\*(?=\S)([^*\n]{1,500})(?<=\S)\*\*(?!\*)")
_TAGS = {
    "bash": ("bash", "sh", "shell", "zsh"),
    "go": ("go", "golang"),
    "javascript": ("javascript", "js", "jsx"),
    "python": ("python", "python3", "py", "python-3"),
    "rust": ("rust", "rs"),
    "yaml": ("yaml", "yml"),
}
"""What a fence may call a language."""


def excerpts(text: str, language: str) -> Iterator[str]:
    """Yield what may be the code of an answer, the likeliest first: the first that can be parsed is its code.

    Of several fenced blocks the last counts first, and those that name the language, or else none, before others.
    Without a fence it is the whole answer, or what its sentences mark as code. What is named only to be replaced is
    left out there.
    """
    if "```" in text or "~~~" in text:
        found = blocks(text)
        chosen = [block for block in found if block.language in _TAGS[language]]
        chosen = chosen or [block for block in found if not block.language]
        yield from (block.body for block in reversed(chosen or found))
        yield unfenced(text, anywhere=True)
        return
    marked = marked_code(text)
    if marked and language in ("bash", "yaml"):
        # any sentence is YAML or shell
        yield marked
    yield unfenced(text)
    if marked:
        yield marked


def marked_code(text: str) -> str:
    """Return what a sentence marks as code by backticks or bold type, one a line; empty where nothing is."""
    if len(text) > LONGEST:
        return ""
    marked = [match for match in _TICKED.finditer(text) if not _is_comment(text, match.start())]
    code = [(match[1] or match[2]).strip() for match in marked if not is_contrasted(text, *match.span())]
    around = regex.search(r"[^\W\d]{2,}", _TICKED.sub(" ", text))
    return "\n".join(code) if around else ""


_CALL = regex.compile(r"(?<![\w.])[^\W\d]\w{0,100}+(?:\.\w{1,100}+){1,10}+(\((?:[^()\n]|(?1)){0,300}\))")
"""A call of a dotted name, as a sentence gives it without backticks."""


_SENTENCE = regex.compile(r"[A-Z][a-z']*[ ,:!]")


def _is_comment(text: str, at: int) -> bool:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return "#" in line or "//" in line


def calls_in(text: str) -> str:
    """Return the calls of dotted names that a sentence writes out, one a line; empty for text of several lines."""
    plain = text.strip()
    if not _SENTENCE.match(plain) or regex.search(r"[\n`#]", plain) or len(plain) > LONGEST // 40:
        return ""
    return "\n".join(one[0] for one in _CALL.finditer(plain) if not is_contrasted(plain, *one.span()))
