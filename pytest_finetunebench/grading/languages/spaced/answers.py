"""How an answer says which is its answer, and how a statement answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pytest_finetunebench.grading.languages import blank
from pytest_finetunebench.grading.languages.building import Patterns
from pytest_finetunebench.grading.languages.prose_parts import Answers
from pytest_finetunebench.grading.languages.reply_parts import Statements

_MONEY = r"[$£€¥]?\s?"
_QUOTE = r"[\"'(]?"


@dataclass(frozen=True, kw_only=True)
class AnswerWords:
    """Words by which an answer says which it is: `frame` is `the answer is`."""

    frame_word: str
    frame: str
    is_: str
    total: str
    leading: str
    beside: str
    actually: str
    actually_words: str

    def build(self, p: Patterns) -> Answers:
        """Return the language's part, its patterns made by `p`."""
        return replace(
            blank.ANSWERS,
            frame_word=p.fold(self.frame_word),
            frame=p(rf"\b(?:{self.frame})\s?([^\n]{{1,300}})"),
            named=p(rf"\b(?:{self.frame})|=|####|\bboxed\{{"),
            total=p(rf"\b(?:{self.total})\b(?:\s[^\W\d_]+){{0,2}}?"),
            asks_total=p(rf"\b(?:{self.total})\b"),
            leading=p.words(self.leading),
            given=p(rf"(?:\b(?:{self.is_})|[:=])\s(?:\w{{1,3}}\s)?{_QUOTE}$"),
            beside=p(rf"\b(?:{self.beside})\s(?:\w{{1,4}}\s)?{_QUOTE}$"),
            actually=p(rf"\b(?:{self.actually})\b"),
            actually_words=tuple(p.fold(self.actually_words).split()),
            result=p(rf"\s?(?:=|(?:{self.is_})\b)\s?[^\d\n.;]{{0,12}}\d"),
        )


@dataclass(frozen=True, kw_only=True)
class StatementWords:
    """Words by which a statement answers: `above`, `below`, `at_least` stand before a figure."""

    above: str
    below: str
    at_least: str
    denied: str
    asks: str
    verb: str
    so: str
    without: str
    indirect: str
    """How an indirect question begins: `whether`."""

    def build(self, p: Patterns) -> Statements:
        """Return the language's part, its patterns made by `p`."""
        before = rf"\s?(?:\w{{1,5}}\s)?{_MONEY}$"
        return replace(
            blank.STATEMENTS,
            above=p(rf"(?:\b(?:{self.above})|>){before}"),
            below=p(rf"(?:\b(?:{self.below})|<){before}"),
            at_least=p(rf"(?:\b(?:{self.at_least})|[>≥]=?){before}"),
            denied=p(rf"\b(?:{self.denied})\b"),
            asks=p(rf"\W*(?:{self.asks})\b"),
            verb=p(rf"\b(?:{self.verb})\b"),
            concluding=p(rf"[,;:]?\s(?:{self.so})\s"),
            indirect=p(rf"\b(?:{self.indirect})\s[^.,;!?\n]*"),
            without=p.words(self.without),
        )
