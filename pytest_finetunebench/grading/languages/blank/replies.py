"""How a question is answered, by signs alone."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.blank.text import NONE
from pytest_finetunebench.grading.languages.reply_parts import (
    Choices,
    Comparisons,
    Directions,
    Refusals,
    Statements,
    YesNo,
)
from pytest_finetunebench.grading.patterns import NEVER, deferred

CHOICES = Choices(
    or_=NEVER,
    and_=NEVER,
    between=NEVER,
    asking=NONE,
    article=NEVER,
    articles=(),
    letter_article="\0",
    frame=NEVER,
    strong_frame=NEVER,
    first=deferred(
        r"[^\w]{0,5}(?P<letter>[A-Za-z])(?:(?P<close>[).:\]、。．])(?=\s|$|[^\x00-\x7f])|(?=\W*$)"
        r"|\s[-–—]\s)"
    ),
    quantifier=NEVER,
    group=NEVER,
    none_of=NONE,
    list_joint=NEVER,
    joined=deferred(r"[,、，]\s?"),
    aside=NEVER,
    background=NEVER,
    sentence=deferred(r"[.!?](?=\s|$)|[。！？]|\n|$"),
    asks_first=NEVER,
    asks_last=NEVER,
    then=NEVER,
    pronouns=NONE,
    conclusion=NEVER,
)
COMPARISONS = Comparisons(
    word=deferred(r"[^\W_]+(?:'[^\W_]+)?"),
    compared={},
    plain={},
    verbs={},
    degrees={},
    measured={},
    size="size",
    of_size=frozenset(("size", "height", "length", "width", "area", "depth")),
    order="time",
    after_passive=NONE,
    denying=NONE,
    only=NONE,
    as_much=NONE,
    as_=NONE,
    than=NEVER,
    measure_before=NEVER,
    measure_after=NEVER,
    before=NEVER,
    after=NEVER,
    joint=deferred(r"[;；]"),
    relative=NEVER,
    equal=NEVER,
    sides=NEVER,
)
YES_NO = YesNo(
    yes=(),
    no=(),
    filler=deferred(r"[\W_]+"),
    both=NEVER,
    word=NEVER,
    forms=(),
    corrected=NEVER,
    offered=NEVER,
    sentence=NEVER,
    verdict=NEVER,
    anywhere=NEVER,
    after_no=NONE,
)
STATEMENTS = Statements(
    above=deferred(r">\s?$"),
    below=deferred(r"<\s?$"),
    at_least=deferred(r"[≥]=?\s?$"),
    denied=NEVER,
    asks=NEVER,
    verb=NEVER,
    concluding=NEVER,
    without=NONE,
    support=NEVER,
)
DIRECTIONS = Directions(
    asks_to=NEVER, asks_from=NEVER, from_=NEVER, then_to=NEVER, to=NEVER, with_from=NEVER, asks_who=NEVER
)
REFUSALS = Refusals(
    whole=NEVER,
    phrases=NEVER,
    asks_back=NEVER,
    sentence_end=deferred(r"[.!?]\s|\n"),
    turn=NEVER,
    says_after_all=NEVER,
    refers=NEVER,
    denies=NEVER,
    addendum=NEVER,
    clause=deferred(r"[.!?;:\n]|\s-\s|--|,"),
    clause_joint=deferred(r"[,:()]\s|\s[-–—]+\s|—|[.;]$"),
    framing=NEVER,
    directs=NEVER,
    earlier=NEVER,
    of_knowledge=NEVER,
    asks_number=NEVER,
    asks_count=NEVER,
    none=NEVER,
    asks_place=NEVER,
    linking=NONE,
    places=NONE,
    speakers=NONE,
    leading=NONE,
    pronouns=NONE,
    finite=NONE,
    vague=NONE,
    adverb="",
    general=NEVER,
    ignorance=NEVER,
    asks_future=NEVER,
    at_present=NEVER,
)
