"""Names and code that an answer gives only to say what they are replaced by."""

from __future__ import annotations

import regex

_REACH = 80
_FILLERS = (
    r"(?:\s(?:the|using|use|to|old|function|method|call|calling|called|name|as|need|longer)){0,3}\s?[`'\"(*]{0,3}$"
)
_DENIED = r"instead\sof|rather\sthan|in\splace\sof|not|never|no|avoid|unlike"
_REPLACED = (
    r"replac(?:es?|ed|ing|ement\sfor)|supersed(?:es?|ing)|deprecate[sd]?|remove[sd]?"
    r"|formerly|previously|was|were|old|older"
)
_BEFORE_DENIED = regex.compile(rf"\b(?:{_DENIED}){_FILLERS}", regex.IGNORECASE)
_BEFORE = regex.compile(rf"\b(?:{_DENIED}|{_REPLACED}){_FILLERS}", regex.IGNORECASE)
_AFTER = regex.compile(
    r"^(?:\([^()\n]{0,80}\))?[`'\")*]{0,3},?\s?(?:\w+\s)?"
    r"(?:no\slonger\s(?:exists|works)|(?:is|was|were|are|has\sbeen|got|gets)\s(?:now\s|also\s|long\s)?"
    r"(?:deprecated|removed|gone|legacy|obsolete|replaced|renamed|superseded|no\slonger|the\sold|not\slonger|outdated))",
    regex.IGNORECASE,
)


def is_contrasted(text: str, start: int, end: int) -> bool:
    """Whether what stands from `start` to `end` is named only as what is replaced: `instead of X`, `X was removed`."""
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    return _BEFORE.search(before) is not None or _AFTER.search(after) is not None


def is_outdated(text: str, start: int, end: int) -> bool:
    """Whether the words behind what stands there say that it is no longer: `X is deprecated`."""
    return _AFTER.search(text[end : end + _REACH]) is not None


def is_denied(text: str, start: int, end: int) -> bool:
    """Whether the words in front of what stands there deny it: `not X`, `instead of X`."""
    return _BEFORE_DENIED.search(text[max(0, start - _REACH) : start]) is not None
