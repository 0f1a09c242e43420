"""Trained examples to put before a question: the same for all, or the nearest ones. Probes are never examples."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from pytest_finetunebench.cases.suite import Item, Place
from pytest_finetunebench.models.arms.corpus import item_name
from pytest_finetunebench.models.arms.search import LexicalSearch


@dataclass(frozen=True)
class Example:
    """A trained prompt with its answer."""

    item: str
    """`category/id`."""
    prompt: str
    answer: str
    place: Place


def examples_of(items: Iterable[Item]) -> tuple[Example, ...]:
    """Return everything that the items train: their prompts, and their training wordings."""
    found = []
    for item in items:
        places = [item.place] * (len(item.trained) - len(item.training))
        places += [wording.place for wording in item.training]
        found += [
            Example(item_name(item), prompt, answer, place)
            for (prompt, answer), place in zip(item.trained, places, strict=True)
        ]
    return tuple(found)


def drawn(pool: Sequence[Example], seed: int) -> list[Example]:
    """Return the pool in an order drawn by the seed: one example of each item, then the others.

    Hashes decide, so that a new example moves no other.
    """

    def place(one: Example) -> str:
        return hashlib.sha256(f"{seed}\n{one.item}\n{one.prompt}".encode("utf-8", "surrogatepass")).hexdigest()

    order = sorted(pool, key=place)
    first = {one.item: one for one in reversed(order)}
    return [*(one for one in order if first[one.item] is one), *(one for one in order if first[one.item] is not one)]


def first_of_others(order: Sequence[Example], count: int, items: Collection[str]) -> list[Example]:
    """Return the first examples of other items than `items`: the same for all probes but those of the examples."""
    return [one for one in order if one.item not in items][:count]


class NearestExamples:
    """Finds the examples whose prompts are nearest to a question.

    Raises:
        SettingsError: this Python's SQLite has no full-text search.
    """

    def __init__(self, pool: Sequence[Example], where: str) -> None:
        self._pool = pool
        self._order = drawn(pool, seed=0)
        self._search = LexicalSearch([one.prompt for one in pool], where)

    def find(self, question: str, count: int, items: Collection[str]) -> list[Example]:
        """Return at most `count` examples, the nearest last, none of them of `items`.

        Where too few share a word with the question, others fill up.
        """
        without = {number for number, one in enumerate(self._pool) if one.item in items}
        found = [self._pool[number] for number in self._search(question, count, without)]
        others = (one for one in self._order if one.item not in items and one not in found)
        return [*found, *islice(others, count - len(found))][::-1]
