"""English words: articles, stop words, endings, and what ends a clause."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pytest_finetunebench.grading.languages.text_parts import Words
from pytest_finetunebench.grading.memo import WORD_MEMO_SIZE
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_list, word_set

ARTICLES = frozenset(("the", "a", "an"))
STOP_WORDS = ARTICLES | word_set(
    """
    and or of in on at to from for by with as into onto upon about than then that this these those it its is
    are was were be been being am do does did done has have had having will would shall should can could may
    might must his her hers him he she they their them there we our us you your i my me who whom whose which
    what when where why how also so such both each some any all very just only but if while during after
    before between over under up down out off per via etc ie eg one's because since until within inside among
    through around called known named usually typically generally often mainly mostly probably s
    """
)
"""Words that carry no answer of their own."""
_INFLECTIONS = ("ies", "ied", "sses", "xes", "zes", "ches", "shes", "ings", "ing", "eed", "ed", "s")
_DERIVATIONS = word_list(
    "isation ization ational fulness ousness iveness ation iness ement ating ition ative ments ment ator ness ance "
    "ence ities ity ians ian ions ion ious ial ive ism ist ous ical ate ant ent ize ise ful al er or ic ia um "
    "us ly en "
    "at e y a"
)
_SHORTEST = 3
COLOURS = word_set(
    "red green blue yellow white black grey gray brown orange purple pink violet turquoise beige gold golden silver "
    "crimson scarlet navy teal maroon cream ivory indigo cyan magenta lilac"
)
"""They are no forms of each other: `green` and `grey` would have one stem."""


def _by_last(endings: Sequence[str]) -> dict[str, list[str]]:
    """Return the last two letters of words, or the last → the endings to try, in order: the first that fits wins."""
    last = {one[-2:] for one in endings}
    return {letters: [one for one in endings if letters.endswith(one) or one.endswith(letters)] for letters in last}


_ENDINGS = (_by_last(_INFLECTIONS), _by_last(_DERIVATIONS))


@lru_cache(maxsize=WORD_MEMO_SIZE)
def stem(word: str) -> str:
    """Return a word without plural, verb and adjective endings, and in one of the two English spellings.

    Cruder than a dictionary, so it serves ordinary words in phrases only: names and single words are compared whole.
    """
    if len(word) <= _SHORTEST or word in COLOURS or not word.isascii() or not word.isalpha():
        return word
    word = word.replace("our", "or")
    for endings in _ENDINGS:
        for ending in endings.get(word[-2:]) or endings.get(word[-1]) or ():
            if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
                word = word[: len(word) - len(ending)] + ending[:-2] * (ending[-3:] in ("hes", "ses", "xes", "zes"))
                break
    if len(word) > _SHORTEST and word[-1] == word[-2]:
        word = word[:-1]
    return word


@lru_cache(maxsize=WORD_MEMO_SIZE)
def proper(word: str) -> str:
    """Return a name without a plural ending, marked so that it never equals a stem."""
    if len(word) <= _SHORTEST + 1 or not word.endswith("s") or word[-2] in "sui":
        return "=" + word
    return "=" + (word[:-3] + "y" if word.endswith("ies") else word[:-1])


_SMALL_WORDS = "|".join(sorted(word for word in STOP_WORDS if word.isalpha() and len(word) > 1))
_JOINTS = deferred(
    r"(?<![^\W\d_])[a-z]{3,20}(?=[A-Z][a-z]{1,20}\s[A-Z][a-z])"  # a word glued to a name of two words
    rf"|(?<![^\W\d_])(?i:{_SMALL_WORDS})(?=[A-Z])"
)
_LINKED = deferred(
    rf"(?<!\w)((?i:{_SMALL_WORDS}))((?:[A-Z][\w'’.-]{{0,30}}\s){{0,4}}[A-Z][\w'’.-]{{0,30}}?)({_SMALL_WORDS}"
    rf"|won)(?!\w)"
)
"""A link's text that lost the spaces on both sides: `byRicky Nelsonin`."""
_NEGATIONS = frozenset(("not", "no", "never", "without", "none", "nor", "neither", "dont", "cannot", "isnt", "wasnt"))
_CLAUSE_END = deferred(
    r"(?<!\b\w)[.](?:\s|$)|[;:!?](?:\s|$)|[,\n(]|\s-\s|\s(?:which|who|whose|where|when|because|after|before"
    r"|during)\b|$"
)
_LINKING = word_set(
    """
    located situated found set based placed considered referred said believed thought become became makes made
    primarily originally currently actually historically various several different kind type form part term name
    place thing city town village country state region area person people process
    """
)
"""Words by which an answer links itself to the question: they add nothing of their own."""
_SYMBOL = deferred(r"\w\sA\b|[^\W\d_]-?\d|\d(?!(?:st|nd|rd|th|s)\b)[^\W\d_]")

WORDS = Words(
    articles=ARTICLES,
    stop=STOP_WORDS,
    stem=stem,
    proper=proper,
    negations=_NEGATIONS,
    linking=_LINKING,
    clause_end=_CLAUSE_END,
    prepare=None,
    capitals=True,
    whole=None,
    symbol=_SYMBOL,
    joint=_JOINTS,
    linked=_LINKED,
)
