"""What leaves open which is meant."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pytest_finetunebench.grading.languages import blank
from pytest_finetunebench.grading.languages.building import Patterns
from pytest_finetunebench.grading.languages.prose_parts import Hedges
from pytest_finetunebench.grading.patterns import deferred

_MONEY = r"[$£€¥]?\s?"


@dataclass(frozen=True, kw_only=True)
class HedgeWords:
    """Words that leave open which is meant."""

    or_: str
    and_: str
    maybe: str
    between: str
    to: str
    from_: str
    sources: str
    """Sources that differ: `some say … others`."""
    sources_word: str
    cases: str
    """The beginning of an answer for one of two cases: `if you mean`."""
    cases_word: str
    candidates: str
    """What stands in front of a list of candidates."""
    candidate_words: str
    asks_several: str
    asks_place: str
    asks_whole: str
    score: str

    def build(self, p: Patterns) -> Hedges:
        """Return the language's part, its patterns made by `p`."""
        return self._of_figures(self._of_names(blank.HEDGES, p), p)

    def _of_names(self, hedges: Hedges, p: Patterns) -> Hedges:
        member = rf"[^\s,.;:!?()]+(?:\s(?!(?:{self.or_}|{self.and_})\b)[^\s,.;:!?()]+){{0,3}}"
        guess = rf"(?:(?:{self.maybe})\s){{0,2}}"
        otherwise = rf"(?:,?\s\(?(?:{self.or_})\s{guess}|,?\s\(?(?:{self.maybe}),?\s{guess}|\s?/\s?)"
        return replace(
            hedges,
            joining=(
                "/",
                *(p.fold(word) + " " for word in (*self.or_.split("|"), self.between.split("|")[0])),
                *_stems(p, self.maybe),
            ),
            cases_word=p.fold(self.cases_word),
            sources_word=p.fold(self.sources_word),
            candidate_words=tuple(p.fold(self.candidate_words).split()),
            or_after=p(rf"(?:,\s{member}){{0,3}}?{otherwise}({member})"),
            # that the text ends so is asked first: members may begin anywhere, which takes long to find out
            or_before=p(rf"\A(?=[\s\S]*{otherwise}$)[\s\S]*?({member})(?:,\s{member}){{0,2}}?{otherwise}$"),
            torn_after=p(rf"\s(?:{self.and_})\s({member})"),
            torn_before=p(rf"\b(?:{self.between})\s({member})\s(?:{self.and_})\s$"),
            # a word too many is a lesser fault than a guess that passes: `red or blue`
            open=p(rf"\b(?:{self.maybe}|{self.or_})\b"),
            cases=p(rf"\b(?:{self.cases})[^\n]{{1,200}}(?:{self.cases})"),
            sources=p(rf"\b(?:{self.sources})"),
            candidates=p(rf"\b(?:{self.candidates}):?\s*(?=[\n:]|\S+[^.]*,|\S)"),
            member_joint=p(rf"\s*(?:,\s*(?:(?:{self.and_}|{self.or_})\s)?|\s(?:{self.and_}|{self.or_})\s|\n)\s*"),
            last_member=p(rf"\s(?:{self.and_}|{self.or_})\s"),
            asks_several=p(rf"\b(?:{self.asks_several})\b"),
            asks_place=p(rf"\b(?:{self.asks_place})\b"),
            asks_whole=p(rf"\b(?:{self.asks_whole})\b"),
        )

    def _of_figures(self, hedges: Hedges, p: Patterns) -> Hedges:
        words = r"(?:[^\W\d_]+\s){0,3}"
        return replace(
            hedges,
            either_word=p.fold(self.or_.split("|")[0]),
            between_figures=p(rf"[^,.;:!?\n]{{0,20}}\b(?:{self.or_})\s(?:(?:{self.maybe})\s)?{_MONEY}"),
            either=p(rf"[%°]?\s?{words}\s?(?:,\s?)?[(/]?\s?\b(?:{self.or_})\s{words}{_MONEY}"),
            maybe=p(
                rf"[%°]?\s?(?:[^\W\d_]+)?,?\s\(?(?:(?:{self.or_})\s)?(?:{self.maybe})\s{words}{_MONEY}"
                rf"|\?\s(?:(?:{self.or_})\s)?"
            ),
            others=p(rf"[^\d.;!?\n]{{0,40}}\b(?:{self.sources_word})\w*\b[^\d.;!?\n]{{0,30}}"),
            bare=p(
                rf"\s?/\s?|\s?,\s?(?:(?:{self.and_}|{self.or_})\s)?|\s(?:{self.and_}|{self.or_})\s|\s*\n\s*(?:[-•]\s*)?"
            ),
            comma=deferred(rf"[%°]?\s?(?:[^\W\d_]+)?,\s(?:[^\W\d_]+\s){{0,2}}{_MONEY}"),
            to=p(rf"\s?[^\W\d_%]{{0,12}}[%°]?\s?(?:-|(?:{self.to})\b)\s?{_MONEY}"),
            both=p(rf"\s?{words}(?:{self.and_})\s{_MONEY}"),
            between=p(rf"\b(?:{self.between})\s(?:[^\W\d_]+\s){{0,2}}{_MONEY}$"),
            from_=p(rf"\b(?:{self.from_})\s(?:[^\W\d_]+\s){{0,2}}{_MONEY}$"),
            score=p(rf"\b(?:{self.score})\b"),
        )


def _stems(p: Patterns, words: str) -> tuple[str, ...]:
    """Return the beginnings of alternatives, up to the first letter that is part of a pattern."""
    return tuple(p.fold(word).replace(r"\s", " ").partition("\\")[0].partition("(")[0] for word in words.split("|"))
