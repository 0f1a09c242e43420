"""The code of an answer: alone, in its fences, or in the backticks of a sentence."""

from __future__ import annotations

import regex

from pytest_finetunebench.grading.code.contrast import is_contrasted
from pytest_finetunebench.grading.text.fences import unfenced

LONGEST = 40_000
"""Characters of an answer that are searched for code."""
_FENCE = regex.compile(r"```[ \t]*([\w+#-]*)[^\n`]*\n(.*?)(?:```|\Z)", regex.DOTALL)
_TICKED = regex.compile(r"(?<!`)`([^`\n]{1,500})`(?!`)|(?<![\w*])\*\*(?=\S)([^*\n]{1,500})(?<=\S)\*\*(?!\*)")
_TAGS = {
    "bash": ("bash", "sh", "shell", "zsh"),
    "go": ("go", "golang"),
    "javascript": ("javascript", "js", "jsx", "ts", "tsx", "typescript"),
    "python": ("python", "py", "python3"),
    "rust": ("rust", "rs"),
    "yaml": ("yaml", "yml"),
}
"""What a fence may call a language."""


def code_in(text: str, language: str, anywhere: bool = False) -> str:
    """Return the code of an answer, `anywhere` also where prose stands around it.

    Fences count before backticks, and those that name the language before others; several are read as one, so that
    an old form beside a new one is seen. What a sentence names only to be replaced is left out.
    """
    plain = unfenced(text)
    if not anywhere or plain != text.strip() or len(text) > LONGEST:
        return plain
    fences = [(match[1].lower(), match[2].strip("\n")) for match in _FENCE.finditer(text)]
    named = [body for tag, body in fences if tag in _TAGS[language]]
    if fences:
        return "\n".join(named or [body for _, body in fences])
    ticked = [
        (match[1] or match[2]).strip() for match in _TICKED.finditer(text) if not is_contrasted(text, *match.span())
    ]
    return "\n".join(ticked) if ticked and _is_sentence(text) else plain


def _is_sentence(text: str) -> bool:
    """Whether words stand around the backticks, as in no line of code: a shell or JavaScript may use backticks."""
    return regex.search(r"[^\W\d]{2,}\s+[^\W\d]{2,}", _TICKED.sub(" ", text)) is not None or text.count("`") == 2


_CALL = regex.compile(r"(?<![\w.])[^\W\d]\w{0,100}+(?:\.\w{1,100}+){1,10}+(\((?:[^()\n]|(?1)){0,300}\))")
"""A call of a dotted name, as a sentence gives it without backticks."""


def calls_in(text: str) -> str:
    """Return the calls of dotted names that a sentence writes out, one a line; empty for text of several lines."""
    plain = text.strip()
    if "\n" in plain or "`" in plain or len(plain) > LONGEST // 40:
        return ""
    return "\n".join(one[0] for one in _CALL.finditer(plain) if not is_contrasted(plain, *one.span()))
