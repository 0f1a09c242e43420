"""Length and style of an answer, whatever it says: checks that need no knowledge of a language."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from pytest_finetunebench.cases.form_options import StyleGrader
from pytest_finetunebench.grading.finding import Finding, either, quoted, shown
from pytest_finetunebench.grading.text.normalise import contains

_WORD = regex.compile(r"\w+(?:['’.,-]\w+)*+")
_SENTENCE_END = regex.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]]*+(?=\s|$)|[。！？]++")
_ABBREVIATION = regex.compile(
    r"(?i:(?<![^\W\d_])(?:e\.\s?g|i\.\s?e|cf|vs|approx|mr|mrs|ms|dr|prof))$|(?:^|\b[A-Z]\.\s?)[A-Z]$|^[ \t]*\d{1,3}$"
)
"""Text in front of a full stop that ends no sentence where more follows: `e.g.`, `Dr.`, an initial, a list number."""
_BULLET = regex.compile(r"^[ \t]{0,40}(?:[-*•+‣–]|\d{1,3}[.)])[ \t]+\S", regex.MULTILINE)
_MARKDOWN = {
    "a code fence": regex.compile(r"```|~~~"),
    "code in backticks": regex.compile(r"`[^`\n]+`"),
    "a heading": regex.compile(r"^#{1,6}[ \t]+\S", regex.MULTILINE),
    "bold text": regex.compile(r"\*\*[^*\n]+\*\*|(?<!\w)__[^_\n]+__(?!\w)"),
    "italics": regex.compile(r"(?<![\w*])\*[^\s*][^*\n]{0,500}\*(?![\w*])"),
    "a link": regex.compile(r"\[[^\[\]\n]{0,500}\]\([^()\n]{0,500}\)"),
    "a table": regex.compile(r"^[ \t]*\|[^\n|]*\|", regex.MULTILINE),
    "a quote": regex.compile(r"^[ \t]{0,3}>[ \t]", regex.MULTILINE),
    "a list": regex.compile(r"^[ \t]{0,40}(?:[-*+]|\d{1,3}\.)[ \t]+\S", regex.MULTILINE),
}


def sentences(text: str) -> int:
    """Count sentences: ends by . ! ? … or their CJK forms before white space; a rest without an end counts too.

    An abbreviation (`e.g.`, `Dr. Sand`) ends none unless the text does, and neither does the number of a list item.
    """
    ends = [match.end() for match in _SENTENCE_END.finditer(text) if not _is_abbreviation(text, match)]
    rest = text[ends[-1] :] if ends else text
    return len(ends) + bool(_WORD.search(rest))


def _is_abbreviation(text: str, end: regex.Match[str]) -> bool:
    if end[0] != "." or not text[end.end() :].strip():
        return False
    line = text[text.rfind("\n", 0, end.start()) + 1 : end.start()]
    # a line may be long: the start of what is searched is then no start of a line
    return _ABBREVIATION.search(line if len(line) < 20 else f"…{line[-20:]}") is not None


def counts(text: str) -> dict[str, int]:
    """Return the lengths that can be asked for; characters are counted without the white space around the answer."""
    body = text.strip()
    return {
        "words": sum(1 for _ in _WORD.finditer(body)),
        "characters": len(body),
        "sentences": sentences(body),
        "lines": sum(1 for line in body.splitlines() if line.strip()),
        "bullets": sum(1 for _ in _BULLET.finditer(body)),
    }


def compare(options: StyleGrader, text: str) -> Finding:
    """Judge an answer's style; the reason names every check that is not met."""
    faults = list(_faults(options, text.strip()))
    if faults:
        return Finding(False, shown(text), "; ".join(faults[:5]))
    return Finding(True, shown(text), "has the style asked for")


def _faults(options: StyleGrader, body: str) -> Iterator[str]:
    for what, count in counts(body).items():
        least, most = getattr(options, f"min_{what}"), getattr(options, f"max_{what}")
        if least is not None and count < least:
            yield f"has {count} {what}, at least {least} asked for"
        if most is not None and count > most:
            yield f"has {count} {what}, at most {most} allowed"
    if options.starts_with and not body.startswith(options.starts_with):
        yield f"does not start with {either(options.starts_with)}"
    if options.ends_with and not body.endswith(options.ends_with):
        yield f"does not end with {either(options.ends_with)}"
    for phrase in options.contains:
        if not _says(body, phrase):
            yield f"does not contain {quoted(phrase)}"
    for phrase in options.excludes:
        if _says(body, phrase):
            yield f"contains {quoted(phrase)}"
    if options.case == "upper" and body != body.upper():
        yield "is not all in capitals"
    if options.case == "lower" and body != body.lower():
        yield "is not all in lowercase"
    if not options.markdown:
        found = [name for name, pattern in _MARKDOWN.items() if pattern.search(body)]
        if found:
            yield f"holds Markdown: {', '.join(found)}"


def _says(body: str, phrase: str) -> bool:
    # punctuation such as an exclamation mark has no words to find
    if not any(char.isalnum() for char in phrase):
        return phrase in body
    # signs that belong to a word: C++ is not C
    return contains(body, phrase) and (phrase[-1] not in "+#" or phrase.casefold() in body.casefold())
