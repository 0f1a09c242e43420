"""Numbers in words: `cuarenta y tres`, `dreiundvierzigtausend`, `四百三十二万`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

Spelled = tuple[int, int, int | Decimal]
"""Start, end and value of a number in a text."""
_WORD = re.compile(r"[^\W\d_]+")
_JOINTS = ("", " ", "-")


@dataclass(frozen=True)
class NumberWords:
    """The number words of a language that parts words by spaces, or runs them together."""

    small: Mapping[str, int]
    """Words of numbers below a thousand: units, tens, and hundreds that are one word."""
    hundred: frozenset[str]
    """Words that multiply by a hundred what stands before them."""
    scales: Mapping[str, int]
    """Words that multiply by a thousand and more."""
    joiners: frozenset[str]
    """Words between the parts of one number."""
    weak: frozenset[str]
    """Words of `small` that are articles too: they count in company only."""
    ordinals: Mapping[str, int]
    """Words that make a number by themselves only."""
    glued: bool = False
    """Whether parts are written as one word: `dreiundvierzig`."""
    scores: frozenset[int] = frozenset()
    """Tens to which 10 to 19 may be added: `soixante-dix`."""


class _Atom(NamedTuple):
    """One part of a number in words."""

    start: int
    end: int
    text: str


def reader(words: NumberWords) -> Callable[[str], list[Spelled]]:
    """Return the function that finds the numbers of a folded text."""
    parts = sorted({*words.small, *words.hundred, *words.scales, *words.joiners}, key=len, reverse=True)
    glued = re.compile("|".join(map(re.escape, parts))) if words.glued else None
    whole = re.compile(f"(?:{'|'.join(map(re.escape, parts))})+") if words.glued else None
    known = {*parts, *words.ordinals}

    def atoms(folded: str) -> Iterator[_Atom]:
        for match in _WORD.finditer(folded):
            if match[0] in known:
                yield _Atom(*match.span(), match[0])
            elif glued is not None and whole is not None and whole.fullmatch(match[0]):
                start = match.start()
                yield from (_Atom(start + one.start(), start + one.end(), one[0]) for one in glued.finditer(match[0]))

    def read(folded: str) -> list[Spelled]:
        run: list[_Atom] = []
        found: list[Spelled] = []
        for atom in atoms(folded):
            if run and folded[run[-1].end : atom.start] not in _JOINTS:
                found += _numbers(run, words, folded)
                run = []
            run.append(atom)
        return found + _numbers(run, words, folded)

    return read


def _numbers(run: list[_Atom], words: NumberWords, folded: str) -> list[Spelled]:
    """Return the numbers of a run of number words; most runs are one."""
    found: list[Spelled] = []
    at = 0
    while at < len(run):
        start, end, text = run[at]
        if text in words.ordinals:
            found.append((start, end, words.ordinals[text]))
            at += 1
            continue
        after = _Sum(words)
        taken = at
        while taken < len(run) and after.take(run[taken].text):
            taken += 1
        while taken > at and run[taken - 1].text in words.joiners:
            taken -= 1
        scale_of_figures = text in words.scales and re.search(r"\d\s?$", folded[:start]) is not None
        alone = taken == at + 1 and (text in words.weak or (text in words.scales and scale_of_figures))
        if taken > at and not alone and not scale_of_figures:
            found.append((start, run[taken - 1].end, after.value))
        at = max(taken, at + 1)
    return found


class _Sum:
    """Adds up the parts of one number as long as they fit."""

    def __init__(self, words: NumberWords) -> None:
        self._words = words
        self._total, self._current, self._least = 0, 0, 10**18
        self._joined = False
        self._empty = True

    @property
    def value(self) -> int:
        return self._total + self._current

    def take(self, text: str) -> bool:
        """Add a part; False where it begins another number."""
        words = self._words
        if text in words.joiners and text not in words.small:
            if self._empty or self._joined:
                return False
            self._joined = True
            return True
        if text in words.scales:
            scale = words.scales[text]
            if scale >= self._least and (self._current or not 0 < self._total < scale):
                return False
            if scale >= self._least:
                # `mil millones`
                self._total, self._least = self._total * scale, scale
                return True
            self._total += max(self._current, 1) * scale
            self._current, self._least = 0, scale
        elif text in words.hundred:
            if self._current >= 100:
                return False
            self._current = max(self._current, 1) * 100
        elif self._fits(words.small[text]):
            part = words.small[text]
            # `quatre-vingts` is four times twenty, where the four is counted already
            self._current += 4 * part - 4 if self._is_score(part) else part
        else:
            return False
        self._joined, self._empty = False, False
        return True

    def _is_score(self, part: int) -> bool:
        return part == 20 and self._current % 100 == 4 and bool(self._words.scores)

    def _fits(self, part: int) -> bool:
        rest = self._current % 100
        if self._is_score(part):
            return True
        if part >= 100:
            return self._current == 0
        if rest == 0:
            return part > 0 or self._empty
        if rest >= 20 and rest % 10 == 0 and part < 10:
            return True
        if rest in self._words.scores and part < 20:
            return True
        if self._words.scores and rest in (10, 70, 90) and 7 <= part <= 9:
            return True
        # `drei und vierzig`
        return self._words.glued and self._joined and rest < 10 <= part and part % 10 == 0


_CJK_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "兩": 2,
    "壹": 1,
    "贰": 2,
}
_CJK_SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10}
_CJK_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
CJK_NUMERALS = "".join((*_CJK_DIGITS, *_CJK_SMALL, *_CJK_LARGE))
_CJK_RUN = re.compile(
    rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?|[{CJK_NUMERALS}])(?:\d+(?:\.\d+)?"
    rf"|[{CJK_NUMERALS}])*(?:[点點][{''.join(_CJK_DIGITS)}]+)?"
)


def cjk_reader(counted: str) -> Callable[[str], list[Spelled]]:
    """Return the function that finds numbers with Chinese letters in a folded text.

    A single letter (`三`) is a number only in front of what may be counted (`counted`, a pattern), or alone.
    """
    behind = re.compile(counted)

    def read(folded: str) -> list[Spelled]:
        found: list[Spelled] = []
        for match in _CJK_RUN.finditer(folded):
            text = match[0]
            if re.fullmatch(r"[\d.,]+", text) or text[0] in _CJK_LARGE or text in _CJK_SMALL.keys() - {"十"}:
                continue
            alone = not re.search(r"\w", folded[: match.start()] + folded[match.end() :])
            if len(text) == 1 and not alone and not behind.match(folded, match.end()):
                continue
            value = cjk_value(text)
            if value is not None:
                found.append((*match.span(), value))
        return found

    return read


def cjk_value(text: str) -> Decimal | None:
    """Return what Chinese number letters come to: `二十四万`, `2万4千`, `二〇二五`, `三点五`."""
    whole, _, places = re.sub("點", "点", text).partition("点")
    if len(whole) > 1 and all(char in _CJK_DIGITS for char in whole):
        value = Decimal("".join(str(_CJK_DIGITS[char]) for char in whole))
    else:
        total = section = current = Decimal(0)
        for part in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?|.", whole):
            if part[0].isdigit() and part[0].isascii():
                current = Decimal(part.replace(",", ""))
            elif part in _CJK_DIGITS:
                current = Decimal(_CJK_DIGITS[part])
            elif part in _CJK_SMALL:
                section += (current or Decimal(1)) * _CJK_SMALL[part]
                current = Decimal(0)
            else:
                # `24万亿` multiplies what has a large unit already
                counted = section + current
                total = total + counted * _CJK_LARGE[part] if counted else total * _CJK_LARGE[part]
                section = current = Decimal(0)
        value = total + section + current
    if places:
        value += Decimal("0." + "".join(str(_CJK_DIGITS[char]) for char in places))
    return value
