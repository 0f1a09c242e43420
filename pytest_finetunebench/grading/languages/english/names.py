"""Names of persons as English writes them."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pytest_finetunebench.grading.languages.text_parts import Names
from pytest_finetunebench.grading.memo import WORD_MEMO_SIZE
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_set

if TYPE_CHECKING:
    from nicknames import NickNamer


TITLES = word_set(
    """
    sir dame dr doctor mr mrs ms miss president king queen prince princess emperor empress pope saint st lord
    lady captain general colonel major lieutenant sergeant senator governor chancellor professor prof rev
    reverend judge justice coach jr sr junior senior mbe obe cbe phd esq mp maharaja sultan shah tsar czar
    archbishop bishop cardinal pilot baron count countess duke duchess earl
    """
)
"""Words around a name that are no part of it."""
_PERSON_WORDS = word_set(
    """
    who whose whom actor actress singer author writer director president founder inventor player king queen
    keeper mayor owner captain teacher coach manager editor painter senator ambassador chancellor secretary guitarist
    drummer pianist violinist architect chairman chairwoman ceo guardian librarian
    character artist composer poet scientist minister wife husband
    """
)
_PARTICLES = word_set("de di da du del della la le van von der den mc mac o st bin al el")
_PET_ENDING = deferred(r"([b-df-hj-np-tv-z])\1?(?:ie|ey|y)$")


@lru_cache(maxsize=WORD_MEMO_SIZE)
def other_forms(name: str) -> frozenset[str]:
    """Return the customary short and long forms of a given name (`Bob` and `Robert`); none of an unlisted one."""
    names = _nicknames()
    return frozenset(names.nicknames_of(name) | names.canonicals_of(name))


@cache
def _nicknames() -> NickNamer:
    from nicknames import NickNamer

    return NickNamer()


NAMES = Names(
    titles=TITLES,
    generations=frozenset(("jr", "sr", "junior", "senior")),
    person_words=_PERSON_WORDS,
    particles=_PARTICLES,
    pet_ending=_PET_ENDING,
    other_forms=other_forms,
)
