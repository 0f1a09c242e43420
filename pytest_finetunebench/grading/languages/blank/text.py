"""Words, references and names: none is known."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.text_parts import Names, References, Words
from pytest_finetunebench.grading.patterns import NEVER, deferred

NONE: frozenset[str] = frozenset()


def no_other_forms(name: str) -> frozenset[str]:
    """Return no short forms of a given name: none are known."""
    return NONE


def as_it_is(word: str) -> str:
    """Return a word with its endings: none are known."""
    return word


def marked(word: str) -> str:
    """Return a name as it is, marked so that it never equals a stem."""
    return "=" + word


WORDS = Words(
    articles=NONE,
    stop=NONE,
    stem=as_it_is,
    proper=marked,
    negations=NONE,
    linking=NONE,
    clause_end=deferred(r"(?<!\b\w)[.](?:\s|$)|[;:!?](?:\s|$)|[,\n(]|\s-\s|$"),
    prepare=None,
    capitals=True,
    whole=None,
    symbol=deferred(r"[^\W\d_]-?\d|\d[^\W\d_]"),
    joint=NEVER,
    linked=NEVER,
)
REFERENCES = References(
    alternatives=deferred(r"\s*(?:;|\s/\s)\s*"),
    parts_alternatives=(";", "/"),
    introduction=NEVER,
    relative=NEVER,
    notes=NONE,
    class_marker="\0",
    of_class=NEVER,
    company=NEVER,
    list_joint=deferred(r"\s*(?:[,;、，；\n])\s*"),
    parts_list=(",", ";", "\n", "、"),
    joint_of_all=deferred(r"[;；、]"),
)
NAMES = Names(
    titles=NONE,
    generations=NONE,
    person_words=NONE,
    particles=NONE,
    pet_ending=deferred(r"(?!)()"),
    other_forms=no_other_forms,
)
