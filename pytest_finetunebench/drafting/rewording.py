"""Reword a question by rule, without a model: forms that ask the same, another order, synonyms, frames around it.

Rules know names by their capital letters and nothing of grammar beyond: a person reads every rewording. Languages
without an entry in `FRAMES` have no rules.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

from pytest_finetunebench.drafting.rewording_words import (
    AFTER_NOUN,
    FORMS,
    FRAMES,
    NAME,
    NO_VERB,
    OF,
    STATE,
    SYNONYMS,
    TELL,
)

LONGEST = 400
"""Characters of a question that is reworded."""
LANGUAGES = tuple(FRAMES)
"""The languages that have rules."""
_QUESTION = re.compile(r"[^\n?？]+[?？]")
_SUBJECT = re.compile(
    r"(?P<wh>(?:How|What|Which|Who|Whom|Where|When|Why|(?:In|On|At|To|From|By) (?:how|what|which|whom))"
    r"(?: [a-z]\w*)*?) "
    rf"(?P<aux>is|was|does|has|can|will) {NAME}(?!{OF})(?! (?:and|or|of)\b)(?P<rest>(?: .+)?)"
)
_THING = re.compile(rf"What (?:is|are) (?P<thing>(?:the |[A-Z][\w' -]*?{OF} ).+)")
_PARTICIPLE = re.compile(r"\w+(?:ed|en|ing)")


def reword(question: str, language: str = "en") -> list[str]:
    """Return other wordings of a question, those that change most first; none where no rule fits it."""
    text = question.strip()
    if not _QUESTION.fullmatch(text) or len(text) > LONGEST or language not in FRAMES:
        return []
    found = [*(_english(text.rstrip("?").strip()) if language == "en" else ()), *_framed(text, language)]
    return [one for one in dict.fromkeys(found) if one != text]


def _framed(text: str, language: str) -> Iterator[str]:
    frames = _turned(FRAMES[language], text)
    return (frame.format(question=text) for frame in frames)


def _turned(choices: Sequence[str], text: str) -> list[str]:
    """Return the choices, begun at a place that the text decides: not all questions get the same one first."""
    start = int(hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(), 16) % len(choices)
    return [*choices[start:], *choices[:start]]


def _english(text: str) -> Iterator[str]:
    """Yield rewordings of an English question, given without its question mark."""
    yield from _forms(text)
    subject = _SUBJECT.fullmatch(text)
    if subject is not None and _predicate(subject):
        clause = _clause(subject)
        yield f"{subject['name']} {_predicate(subject)} {_lowered(subject['wh'])}?"
        yield from (frame.format(clause=clause) for frame in _turned(TELL, text)[:2])
    thing = _THING.fullmatch(text)
    if thing is not None and _is_plain(thing["thing"]):
        yield from (frame.format(thing=thing["thing"]) for frame in _turned(STATE, text)[:2])
    yield from _synonyms(text)


def _forms(text: str) -> Iterator[str]:
    for pattern, forms in FORMS:
        found = re.fullmatch(pattern, text)
        if found is not None:
            yield from (form.format(**found.groupdict()) for form in forms)


def _clause(subject: re.Match[str]) -> str:
    return f"{_lowered(subject['wh'])} {subject['name']} {_predicate(subject)}"


def _predicate(subject: re.Match[str]) -> str:
    """Return the verb as it stands after its subject: `does … weigh` becomes `weighs`; empty where no rule tells."""
    rest = subject["rest"].strip()
    if subject["aux"] != "does":
        return f"{subject['aux']} {rest}".strip()
    verb, _, more = rest.partition(" ")
    if not verb.islower() or verb in NO_VERB or verb.endswith("ly"):
        return ""
    return f"{_third_person(verb)} {more}".strip()


def _third_person(verb: str) -> str:
    if verb in ("have", "do", "go"):
        return {"have": "has", "do": "does", "go": "goes"}[verb]
    if verb.endswith(("s", "x", "z", "ch", "sh")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def _is_plain(thing: str) -> bool:
    """Whether a phrase is a thing, not one with a verb at its end: `the house made of`."""
    last = thing.rpartition(" ")[2]
    return last not in AFTER_NOUN and not _PARTICIPLE.fullmatch(last)


def _synonyms(text: str) -> Iterator[str]:
    changed = re.sub(r"\b[a-z]+\b", lambda found: SYNONYMS.get(found[0], found[0]), text)
    if changed != text:
        yield f"{changed}?"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
