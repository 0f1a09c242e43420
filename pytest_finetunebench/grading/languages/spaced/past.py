"""What gives a mention as what was."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pytest_finetunebench.grading.languages import blank
from pytest_finetunebench.grading.languages.building import Patterns
from pytest_finetunebench.grading.languages.prose_parts import Past


@dataclass(frozen=True, kw_only=True)
class PastWords:
    """Words that give a mention as what was."""

    once: str
    changed: str
    moved: str
    from_: str
    to: str
    until: str
    was: str
    now: str
    replaced: str
    outgoing: str
    asked: str
    asks_now: str
    compared: str
    not_yet: str
    but: str

    def build(self, p: Patterns) -> Past:
        """Return the language's part, its patterns made by `p`."""
        return replace(
            blank.PAST,
            before=p(
                rf"(?:\b(?:{self.once})(?:\s\S+){{0,5}}|\((?:{self.was})|\b(?:{self.compared})(?:\s\w{{1,4}})?)[\W_]*$"
            ),
            after=p(rf"[^\w\s]*\s?\(?\s?(?:(?:{self.was})\s)?(?:{self.once}|→|->|=>)|[^\w\s]*\s?(?:{self.replaced})"),
            link_before=p(rf"\b(?:{self.from_}|{self.outgoing})[\W_]*$"),
            link_after=p(rf"[^\w\s]*\s?(?:(?:{self.until})\b|(?:{self.replaced})|(?:{self.outgoing})\b)"),
            figure_before=p(rf"\b(?:{self.until}) (?:(?:19|20)\d\d)[\W_]*$"),
            figure_after=p(
                rf"[^\w\s]*\s?(?:\w+\s)?(?:{self.until}) (?:19|20)\d\d"
                rf"|(?:\s\w+)?,?\s(?:\w+\s)?(?:{self.moved})\s(?:{self.to})\s"
            ),
            moved=p(rf"\b(?:{self.moved}|{self.changed})\b"),
            from_=p(rf"\b(?:{self.from_})[\W_]*$"),
            to=p(rf"[^\w\s]*\s?(?:\w+\s)?(?:{self.to})\s"),
            was=p(rf"\b(?:{self.was})(?:\s\S+){{0,3}}[\s:`'\"(]*$"),
            now=p(rf"\b(?:{self.now})\b"),
            told=p(rf"[`'\")]?\s(?:{self.was})\b"),
            clause=p(rf"[;!?\n]|\.\s|\b(?:{self.but}|{self.now})\b"),
            it_was=p(rf"\b(?:{self.was})\s$"),
            of_next=p(rf"[\s,(;]*(?:(?:\w{{1,3}}|{self.was})\s)*(?:{self.once})?(?:\s?(?:{self.was}))?[\s:'\"-]*"),
            not_yet=p(rf"[`'\")]?,?\s(?:{self.not_yet})"),
            figure_given=p(rf"\b(?:{self.compared}|{self.from_})\s(?:\w{{1,4}}\s)?[$£€¥₹]?$"),
            asked=p(rf"\b(?:{self.asked})\b"),
            asks_now=p(rf"\b(?:{self.asks_now})\b"),
            until=p(rf"[^\w\s]*\s(?:{self.until})\b"),
        )
