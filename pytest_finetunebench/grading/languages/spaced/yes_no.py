"""How yes and no are said."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pytest_finetunebench.grading.languages import blank
from pytest_finetunebench.grading.languages.building import Patterns
from pytest_finetunebench.grading.languages.prose_parts import Pattern
from pytest_finetunebench.grading.languages.reply_parts import YesNo

_END = r"(?=\s{0,3}(?:$|[.!?;\n)\"]|,|[:-]\s))"


@dataclass(frozen=True, kw_only=True)
class YesNoWords:
    """Words for yes and no."""

    yes: str
    no: str
    said_yes: str
    said_no: str
    not_no: str
    """What follows a no that is not one by itself (`no sé`)."""
    filler: str
    surely: str
    certainly_not: str
    true: str
    false: str
    it_is: str
    it_is_not: str
    and_or: str
    corrected: str
    after_no: str
    statement: str

    def build(self, p: Patterns) -> YesNo:
        """Return the language's part, its patterns made by `p`."""
        word = rf"(?:(?P<yes>{self.said_yes})|(?P<no>{self.said_no}))"
        plain_word = rf"(?:{self.said_yes}|{self.said_no})"
        joined = rf"\W{{1,3}}(?:(?:{self.and_or})\s)?"
        both = rf"(?:{self.said_yes}){joined}(?:{self.said_no})|(?:{self.said_no}){joined}(?:{self.said_yes})"
        forms: tuple[tuple[bool, Pattern], ...] = (
            (False, p(rf"(?:{self.certainly_not}){_END}")),
            (False, p(rf"(?:(?:{self.it_is})\s)?(?:{self.false}){_END}")),
            (False, p(rf"(?:{self.it_is_not})(?:\s(?:{self.true}|so))?{_END}")),
            (True, p(rf"(?:{self.surely}){_END}")),
            (True, p(rf"(?:(?:{self.it_is})\s)?(?:{self.true}){_END}")),
        )
        return replace(
            blank.YES_NO,
            yes=tuple(p.plain(self.yes).split()),
            no=tuple(p.plain(self.no).split()),
            filler=p(rf"(?:[\W_]+|(?:{self.filler})(?=\s?[:,.!]|\s(?:{plain_word})\b)(?:\s(?={plain_word}))?)"),
            both=p(rf"(?:{both})(?!\w)\s?(?=[.,;:!?)\]\n]|$)"),
            word=p(
                rf"(?P<yes>(?:{self.said_yes}))\b(?!-)|(?P<no>(?:{self.said_no}))\b(?!-)(?!{self.not_no})|(?P<y>(?!))"
            ),
            forms=forms,
            corrected=p(rf"\b(?:{self.corrected})[\W_]{{1,10}}(?=({plain_word})\b)"),
            offered=p(rf"[\W_]*{plain_word}\s?(?:/|(?:{self.and_or}))\s?{plain_word}\b[\W_]*[:?\])]+(?=\W*\w)"),
            sentence=p(rf"(?:^|(?<=[.!?])\s|\n)\W{{0,5}}{word}\s?(?=[.!]|\n|$)"),
            verdict=p(
                rf"\b(?:{self.statement})\s(?:(?P<no>(?:{self.false}))|(?P<yes>(?:{self.true})))\s?(?=[.!,;\n]|$)"
            ),
            anywhere=p(rf"(?:(?<=[.:,;!?\"]\s)|(?<=\")|^){word}(?=\s?[.,!;\"]|\s?$)(?P<after>(?!))?"),
            after_no=p.words(self.after_no),
        )
