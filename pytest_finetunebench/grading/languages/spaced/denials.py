"""What denies a mention."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pytest_finetunebench.grading.languages import blank
from pytest_finetunebench.grading.languages.building import Patterns
from pytest_finetunebench.grading.languages.prose_parts import Denials

_QUOTE = r"[\"'(]?"
_CLOSE = r"[\"')]?"


@dataclass(frozen=True, kw_only=True)
class DenialWords:
    """Words that deny: `negation` up to four words before a mention, `behind` right after it."""

    negation: str
    only: str
    behind: str
    false: str
    doubt: str
    without: str
    but: str
    joint: str
    article: str
    in_question: str
    directly: str
    retraction: str
    retraction_words: str
    omitted: str
    not_given: str

    def build(self, p: Patterns) -> Denials:
        """Return the language's part, its patterns made by `p`."""
        return replace(
            blank.DENIALS,
            before=p(
                rf"\b(?:{self.negation})\s(?!(?:{self.only})\b)(?:(?:[\w'\"(]+|,)\s?){{0,4}}{_QUOTE}$"
                rf"|\b(?:{self.doubt})\b,?\s(?:(?!(?:{self.but})\b)[\w'-]+\s){{0,6}}{_QUOTE}$"
            ),
            after=p(
                rf"{_CLOSE}(?:{self.behind})|{_CLOSE}\s?[?:]\s?(?:{self.negation})\b|{_CLOSE}[,.]?\s(?:{self.false})\b"
            ),
            directly=p(rf"(?:{self.directly})\s(?:(?:{self.article})\s)?{_QUOTE}$"),
            retraction=p(rf"\b(?:{self.retraction})(?:\s?[:,.;!-]+|\s|$)"),
            retraction_words=tuple(p.fold(self.retraction_words).split()),
            left_out=p(rf"\b(?:{self.without})\s(?:[\w'-]+,?\s){{0,4}}{_QUOTE}$"),
            clause_end=p(rf"[.;:!?\n]|\b(?:{self.but})\b"),
            in_question=p(rf"\b(?:{self.in_question})\b"),
            list_before=p(
                rf",\s(?:(?:[^\s,]+\s){{1,2}}(?:{self.joint})\s(?:(?:{self.article})\s)?|(?:(?:{self.joint}"
                rf"|{self.article})\s){{0,2}})$"
            ),
            list_after=p(rf"\s?(?:$|[.,;:!?\n)]|\s(?:{self.joint})\b)"),
            omitted=p(rf"\b(?:{self.omitted})\s(?:[\w'-]+,?\s){{0,4}}$"),
            not_given=p(rf"\s(?:{self.not_given})\b"),
        )
