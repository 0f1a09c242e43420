"""Selectors: which probes a gate or a comparison is about, by category and kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from pytest_finetunebench.cases import KINDS
from pytest_finetunebench.errors import SettingsError, nearest
from pytest_finetunebench.rates import ALL, GENERALIZATION


class Selectable(Protocol):
    """A probe, or a result of one."""

    @property
    def category(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def generalization(self) -> bool: ...


@dataclass(frozen=True)
class Selector:
    """Probes of a category, of a kind (`generalization` is every such kind), of both, or all."""

    text: str = ALL

    @property
    def parts(self) -> tuple[str | None, str | None]:
        """Category and kind as far as the text alone tells: a single name is a kind where it is a built-in one."""
        first, slash, second = self.text.partition("/")
        if slash:
            return _named(first), _named(second)
        return (None, _named(first)) if first in (*KINDS, GENERALIZATION, ALL) else (first, None)

    def selects(self, probe: Selectable) -> bool:
        """Whether a probe is meant; a single name that is no built-in kind means a category or a kind."""
        category, kind = self.parts
        if "/" not in self.text and category is not None:
            return category in (probe.category, probe.kind)
        right_kind = kind is None or kind == probe.kind or (kind == GENERALIZATION and probe.generalization)
        return right_kind and category in (None, probe.category)

    def check(self, probes: Iterable[Selectable], where: str) -> None:
        """Check that it means some of the suite's probes.

        Raises:
            SettingsError: it does not; the message begins with `where` and names what there is.
        """
        known = list(probes)
        if any(map(self.selects, known)):
            return
        categories = sorted({probe.category for probe in known})
        kinds = sorted({probe.kind for probe in known})
        names = {*categories, *kinds, GENERALIZATION, *(f"{one.category}/{one.kind}" for one in known)}
        hint = nearest(self.text, names)
        raise SettingsError(
            f"{where}: the suite has no probes of '{self.text}'{hint}; categories: {_listed(categories)}; "
            f"kinds: {_listed([*kinds, GENERALIZATION])}; CATEGORY/KIND is both"
        )


def _named(part: str) -> str | None:
    return None if part in (ALL, "") else part


def _listed(names: Collection[str]) -> str:
    return ", ".join(names)
