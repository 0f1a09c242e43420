"""Selectors: which probes a gate or a comparison is about, by category and kind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pytest_finetunebench.cases.names import plain_name, slug
from pytest_finetunebench.errors import SettingsError, nearest, one_line
from pytest_finetunebench.runs.rates import ALL, GENERALIZATION

EACH_CATEGORY, EACH_KIND = "each-category", "each-kind"
"""In a gate's selector: decide for each by itself."""


_Probe = TypeVar("_Probe", bound="Selectable")


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
    """Probes of a category, of a kind (`generalization` is every such kind), of both (`CATEGORY/KIND`), or all.

    `all` may stand for either part: `medical/all` is a category, `all/medical` a kind, however they are called.
    `each-category` and `each-kind` mean all of them, each by itself.
    """

    text: str = ALL

    def each(self, probes: Iterable[_Probe]) -> dict[str, list[_Probe]]:
        """Return the probes that are meant, by what is decided by itself; all together where nothing is.

        The names are selectors: `rephrased`, `medical`, or `medical/rephrased`.
        """
        parts = self.text.split("/")
        groups: dict[str, list[_Probe]] = {}
        for probe in filter(self.selects, probes):
            names = {EACH_CATEGORY: probe.category, EACH_KIND: probe.kind}
            groups.setdefault("/".join(names.get(part, part) for part in parts), []).append(probe)
        return groups

    def selects(self, probe: Selectable) -> bool:
        """Whether a probe is meant; a single name means a category or a kind, and `check` refuses one that is both."""
        first, slash, second = self.text.partition("/")
        if slash:
            return _is_category(first, probe) and _is_kind(second, probe)
        return _is_category(first, probe) or _is_kind(first, probe)

    def check(self, probes: Iterable[Selectable], where: str) -> None:
        """Check that it means some of the suite's probes, and which is beyond doubt.

        Raises:
            SettingsError: it does not; the message begins with `where` and names what there is.
        """
        known = list(probes)
        if not any(map(self.selects, known)):
            raise SettingsError(f"{where}: the suite has no probes of '{one_line(self.text, 60)}'{self._hint(known)}")
        if "/" in self.text or self.text in (EACH_CATEGORY, EACH_KIND):
            return
        readings = [[_is_category(self.text, probe), _is_kind(self.text, probe)] for probe in known]
        both = all(any(reading[side] for reading in readings) for side in (0, 1))
        if both and any(category != kind for category, kind in readings):
            ways = f"write {self.text}/all for the category, all/{self.text} for the kind"
            raise SettingsError(f"{where}: '{self.text}' is both a category and a kind of this suite: {ways}")

    def _hint(self, known: Iterable[Selectable]) -> str:
        categories = sorted({probe.category for probe in known})
        kinds = sorted({probe.kind for probe in known})
        if any(_is_kind(GENERALIZATION, probe) for probe in known):
            kinds.append(GENERALIZATION)
        names = {*categories, *kinds, *(f"{probe.category}/{probe.kind}" for probe in known)}
        listed = f"categories: {', '.join(categories)}; kinds: {', '.join(kinds)}; CATEGORY/KIND is both"
        return f"{nearest(self.text, names)}; {listed}"


def read_selector(text: str, where: str) -> Selector:
    """Read `CATEGORY`, `KIND`, `CATEGORY/KIND`, `each-category`, `each-kind` or `all`; nothing means all.

    Raises:
        SettingsError: it is none of these; the message begins with `where`, the option as the user gave it.
    """
    parts = [plain_name(part) for part in text.split("/")]
    if parts == [""] or set(parts) == {ALL}:
        return Selector()
    if len(parts) > 2 or not all(parts) or re.search("[=:<>]", text):
        wanted = "write a CATEGORY, a KIND, CATEGORY/KIND or all"
        raise SettingsError(f"{where}: '{one_line(text.strip(), 60)}' is no selector: {wanted}")
    return Selector("/".join(parts))


def _is_category(name: str, probe: Selectable) -> bool:
    # as written, or as test ids show it, which needs no quotes and holds no `/`
    return name in (ALL, EACH_CATEGORY, probe.category) or name == slug(probe.category)


def _is_kind(name: str, probe: Selectable) -> bool:
    return name in (ALL, EACH_KIND, probe.kind) or (name == GENERALIZATION and probe.generalization)
