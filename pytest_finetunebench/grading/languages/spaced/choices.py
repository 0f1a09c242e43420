"""How an answer picks one of a closed set."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pytest_finetunebench.grading.languages import blank
from pytest_finetunebench.grading.languages.building import Patterns
from pytest_finetunebench.grading.languages.reply_parts import Choices
from pytest_finetunebench.grading.patterns import deferred


@dataclass(frozen=True, kw_only=True)
class ChoiceWords:
    """Words by which an answer picks one of a closed set."""

    or_: str
    and_: str
    between: str
    asking: str
    article: str
    answer: str
    """What stands in front of a letter that is the pick."""
    is_: str
    because: str
    both: str
    none: str
    all_: str
    of_them: str
    than: str
    while_: str
    first: str
    last: str
    then: str
    pronouns: str
    so: str

    def build(self, p: Patterns) -> Choices:
        """Return the language's part, its patterns made by `p`."""
        raw_or, raw_and = rf"\s+(?:{self.or_})\s+", rf"\s+(?:{self.and_})\s+"
        quantifiers = rf"({self.both}|{self.none}|{self.all_})"
        after_letter = rf"(?:(?=\s*(?:$|[).:,;!?\]}}\n\"']))|(?=\s(?:{self.because}|{self.is_}|-|–)\b))"
        letter = r"[({\"'\[]{0,2}(?P<letter>[A-Za-z])(?P<close>\))?(?![\w+#'’-])"
        frame = rf"\b(?i:{self.answer})(?:\s(?i:{self.is_}))?[\s:=]*{letter}"
        return replace(
            blank.CHOICES,
            or_=deferred(rf",?{raw_or}"),
            and_=deferred(raw_and),
            between=deferred(rf"\b(?i:{self.between})\s"),
            asking=p.words(self.asking),
            article=p(rf"^(?:{self.article})\s(?=.)"),
            articles=tuple(f"{word} " for word in p.fold(self.article).split("|")),
            frame=deferred(frame + after_letter),
            strong_frame=deferred(frame.replace("[A-Za-z]", "[B-HJ-Z]")),
            quantifier=p(rf"\W*{quantifiers}(?=\s(?:{self.of_them})\b|\W*$|\W*[.,;:!]|\s)"),
            group=p(rf"\W*{quantifiers}(?:\s(?:{self.of_them})(?:\s\w+)?)?\W*"),
            none_of=frozenset(p.fold(self.none).split("|")),
            list_joint=p(rf"(?:,\s(?:(?:{self.article})\s)?[^\s,]+(?:\s[^\s,]+)?)?,?\s(?:{self.and_}|{self.or_})\s"),
            joined=p(rf"(?:,|,?\s({self.and_}|{self.or_}))\s(?:(?:{self.article})\s)?"),
            aside=p(rf"\b(?:{self.than}|{self.between})\s(?:(?:{self.article})\s)?$"),
            background=p(rf"\b(?:{self.while_})\b[^,.;!?\n]*$"),
            asks_first=p(rf"\b(?:{self.first})\b"),
            asks_last=p(rf"\b(?:{self.last})\b"),
            then=p(rf",?\s(?:(?:{self.and_})\s)?(?:{self.then})\s(?:(?:{self.article})\s)?"),
            pronouns=p.words(self.pronouns),
            conclusion=p(rf"\b(?:{self.so})(?=\W)"),
        )
