"""Which items' facts a probe needs: its item's, and those of the others that it lists or names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from pytest_finetunebench.cases.suite import KNOWLEDGE_SETTINGS, MEMORIZATION, Item, Probe
from pytest_finetunebench.grading.text.normalise import words
from pytest_finetunebench.models.arms.corpus import fact_of, item_name

COMPARISON = "comparison"
_CAPITALISED = re.compile(r"\b[^\W\d_a-z][\w'’-]*(?:\s+[^\W\d_a-z][\w'’-]*)*")
_POSSESSIVE = re.compile(r"['’]s?$")
_NUMBER = re.compile(r"\d[\d.,:]*")


class Facts:
    """The facts of a suite's trained items, and which of them a probe needs."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._of_item: dict[str, str] = {}
        self._by_category: dict[str, list[str]] = defaultdict(list)
        for item in items:
            fact = fact_of(item)
            if fact is not None:
                self._of_item[item_name(item)] = fact
                self._by_category[item.category].append(item_name(item))

    def of(self, name: str) -> str:
        """Return an item's fact."""
        return self._of_item[name]

    def needed(self, probe: Probe) -> tuple[str, ...]:
        """Return the items, `category/id`, whose facts answer a probe; none where no trained fact does.

        A probe's `needs` say which further ones it takes; without them a comparison's names do.
        """
        name = f"{probe.category}/{probe.item}"
        trained = probe.kind == MEMORIZATION or probe.generalization
        if probe.setting not in KNOWLEDGE_SETTINGS or not trained or name not in self._of_item:
            return ()
        if probe.needs:
            wanted = dict.fromkeys((name, *probe.needs))
            return tuple(wanted) if all(one in self._of_item for one in wanted) else ()
        others = self._others(probe, name) if probe.kind == COMPARISON else ()
        return (name, *others)

    def about(self, probe: Probe) -> tuple[str, ...]:
        """Return the items that a probe is about, whether their facts answer it or not."""
        name = f"{probe.category}/{probe.item}"
        return self.needed(probe) or ((name,) if name in self._of_item else ())

    def _others(self, probe: Probe, name: str) -> tuple[str, ...]:
        """Return for each further name in a comparison the item with the same kind of fact about it.

        Among the facts of the category with that name it is the one most like the item's own, names and numbers apart.
        """
        own = self._of_item[name]
        found = []
        for other in dict.fromkeys(_names(probe.prompt)):
            if other in own:
                continue
            bearers = [one for one in self._bearers.get((probe.category, other), []) if one != name]
            bearers = [one for one in bearers if _same_pattern(own, self._of_item[one])]
            if bearers:
                found.append(max(bearers, key=lambda one: (_likeness(own, self._of_item[one]), -bearers.index(one))))
        return tuple(dict.fromkeys(found))

    @cached_property
    def _bearers(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for category, names in self._by_category.items():
            for item in names:
                for name in dict.fromkeys(_names(self._of_item[item])):
                    found[category, name].append(item)
        return dict(found)


def _names(text: str) -> list[str]:
    """Return the runs of capitalised words, but for short single ones, such as `Who` and `The`."""
    runs = (_POSSESSIVE.sub("", run) for run in _CAPITALISED.findall(text))
    return [run for run in runs if len(run) > 3]


def _same_pattern(one: str, other: str) -> bool:
    """Whether two facts have at least half of their words in common, names and numbers apart."""
    first, second = set(words(_frame(one))), set(words(_frame(other)))
    return 2 * len(first & second) >= min(len(first), len(second)) > 0


def _likeness(one: str, other: str) -> float:
    from rapidfuzz import fuzz

    return fuzz.token_sort_ratio(_frame(one), _frame(other))


def _frame(fact: str) -> str:
    return " ".join(_NUMBER.sub(" ", _CAPITALISED.sub(" ", fact)).split())
