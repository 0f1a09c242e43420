"""What a language gives that gives nothing: signs alone, and no word.

Another language replaces what it knows (`dataclasses.replace`). What it leaves as it is here switches the rules that
need it off; `lacking.py` names them. English owes nothing to this module.
"""

from __future__ import annotations

from pytest_finetunebench.grading.languages.prose_parts import (
    Answers,
    Choices,
    Comparisons,
    Denials,
    Directions,
    Entities,
    Hedges,
    Past,
    Refusals,
    Statements,
    YesNo,
)
from pytest_finetunebench.grading.languages.text_parts import Names, References, Words
from pytest_finetunebench.grading.languages.value_parts import Clock, Dates, Fractions, Frequencies, Quantities, Roles
from pytest_finetunebench.grading.patterns import deferred

NEVER = deferred(r"(?!)")
"""Matches nothing."""
NONE: frozenset[str] = frozenset()
_MONEY_BEFORE = r"\s?[$£€¥₹]?\s?"


def no_other_forms(name: str) -> frozenset[str]:
    """Return no short forms of a given name: none are known."""
    return NONE


def as_it_is(word: str) -> str:
    """Return a word with its endings: none are known."""
    return word


def marked(word: str) -> str:
    """Return a name as it is, marked so that it never equals a stem."""
    return "=" + word


WORDS = Words(
    articles=NONE,
    stop=NONE,
    stem=as_it_is,
    proper=marked,
    negations=NONE,
    linking=NONE,
    clause_end=deferred(r"(?<!\b\w)[.](?:\s|$)|[;:!?](?:\s|$)|[,\n(]|\s-\s|$"),
    prepare=None,
    capitals=True,
    whole=None,
    symbol=deferred(r"[^\W\d_]-?\d|\d[^\W\d_]"),
    joint=NEVER,
    linked=NEVER,
)
REFERENCES = References(
    alternatives=deferred(r"\s*(?:;|\s/\s)\s*"),
    parts_alternatives=(";", "/"),
    introduction=NEVER,
    relative=NEVER,
    notes=NONE,
    class_marker="\0",
    of_class=NEVER,
    company=NEVER,
    list_joint=deferred(r"\s*(?:[,;、，；\n])\s*"),
    parts_list=(",", ";", "\n", "、"),
    joint_of_all=deferred(r"[;；、]"),
)
NAMES = Names(
    titles=NONE,
    generations=NONE,
    person_words=NONE,
    particles=NONE,
    pet_ending=deferred(r"(?!)()"),
    other_forms=no_other_forms,
)
ENTITIES = Entities(
    opposites={},
    directed=NONE,
    multiples=NONE,
    part_of="",
    asks_title=NEVER,
    qualifiers=NONE,
    role_qualifiers=NONE,
    name_qualifiers=NONE,
    asks_place="",
    compound_before=NEVER,
    compound_after=NEVER,
    generation=NEVER,
    numbered=deferred(r"\s(?:[ivx]{2,5}|\d{1,2})(?=\W*$)"),
    sequel=NEVER,
    relative_after=NEVER,
    relative_before=NEVER,
    relation=NEVER,
)
FRACTIONS = Fractions(
    one={},
    several={},
    uncounted=(),
    whole_half="",
    cardinal_one="",
    article="",
    joiners=(),
    joiner="",
    between=(),
    over=deferred(r"\s?[/⁄]\s?|\}\s?\{"),
    mixed=deferred(r"\s"),
    ends=NEVER,
    of_one=NEVER,
    short={},
    next=deferred(r",?\s|"),
    clock=NEVER,
)
QUANTITIES = Quantities(
    feet=NEVER,
    currency=deferred(r"([$£€¥₹])\s?$"),
    currency_behind=deferred(r"\s?([$£€¥₹])"),
    rest_of_currency="INR",
    scale_letter=NEVER,
    capital_scale=NEVER,
    degrees=NEVER,
    minus=deferred(r"(?<![\w)-])-[$£€¥]?$"),
    fewer=NEVER,
    in_scale=NEVER,
    scale_powers={},
    qualifiers=NONE,
    approximate=NEVER,
    multiplied=NEVER,
    share_asked=deferred("%"),
    below_word="\0",
    below=NEVER,
    lost=NEVER,
    below_asked=NEVER,
    zero=NEVER,
    counted=NEVER,
    counted_words={},
    all_of=NEVER,
    one_unit=NEVER,
    asks_duration=NEVER,
)
ROLES = Roles(
    strict=deferred(r"[<>]\s?$"),
    strict_year=NEVER,
    loose=NEVER,
    labels=NONE,
    operand_before=NEVER,
    operand_after=NEVER,
    of_whole=NEVER,
    asks_whole=NEVER,
    total_after=NEVER,
    total_before=NEVER,
    rate=NEVER,
    asks_rate=NEVER,
    among=NEVER,
    asks_amount=NEVER,
    asks_times=NEVER,
    counted=NEVER,
    asks_end=NEVER,
    asks_start=NEVER,
    period=deferred(r"(?<![\d-])([12]\d{3})\s?-\s?([12]\d{3})(?![\d-])"),
    of_year=NEVER,
    turn=NEVER,
    past=NEVER,
    moved_from=NEVER,
    times_words=NONE,
    all_="\0",
)
CLOCK = Clock(
    hours={},
    time=deferred(
        r"(?<![\w:.,$£€-])(?P<named>(?!))?(?P<share>(?!))?(?P<way>(?!))?(?P<hour>\d{1,2})(?P<joint>:)(?P<minute>[0-5]\d)"
        r"(?::(?P<second>[0-5]\d))?(?P<half>(?!))?(?![:\d]|[.,]\d|[\w%])"
    ),
    needed=(),
    named={},
    shares={},
    past="",
    halves=(),
    no_time=NEVER,
)
"""Times in figures alone (`21:47`)."""
DATES = Dates(
    months={},
    calendar=NONE,
    eras={},
    era_before="\0",
    before_month=NONE,
    after_month=NONE,
    year_only=NEVER,
    asks_when=NEVER,
    asks_day=NEVER,
    noted=NEVER,
    event_ends=deferred(r"[,;:.!?\n(]\s?"),
    decade=NEVER,
    century="\0",
    century_words=NONE,
    part=NEVER,
    shares={},
    periods=NONE,
)
FREQUENCIES = Frequencies(frequency=NEVER, counts={}, latin={}, adverbs={}, asked=NEVER, measure_asked=NEVER)
DENIALS = Denials(
    before=NEVER,
    after=NEVER,
    directly=NEVER,
    struck=deferred(r"(?:~~|<(?:s|del|strike)>)[^~<]{0,80}$"),
    struck_end=deferred(r"[^~<]{0,80}(?:~~|</(?:s|del|strike)>)"),
    retraction=NEVER,
    retraction_words=(),
    of_question=deferred(r"[^.!?\n。！]{0,120}[?؟]"),
    left_out=NEVER,
    next_only="",
    clause_end=deferred(r"[.;:!?\n]"),
    in_question=NEVER,
    list_before=NEVER,
    list_after=NEVER,
    omitted=NEVER,
    not_given=NEVER,
)
ANSWERS = Answers(
    frame_word="\0",
    frame=NEVER,
    named=deferred(r"=|####|\bboxed\{"),
    total=NEVER,
    asks_total=NEVER,
    leading=NONE,
    given=deferred(r"[:=]\s?[\"'(]?$"),
    beside=NEVER,
    actually=NEVER,
    actually_words=(),
    result=deferred(r"\s?=\s?[^\d\n.;]{0,12}\d"),
    keys=frozenset(("answer", "final_answer", "final", "result", "response", "prediction")),
)
HEDGES = Hedges(
    joining=("/",),
    cases_word="\0",
    sources_word="\0",
    candidate_words=(),
    or_after=NEVER,
    or_before=NEVER,
    torn_after=NEVER,
    torn_before=NEVER,
    open=NEVER,
    cases=NEVER,
    sources=NEVER,
    candidates=NEVER,
    member_joint=deferred(r"\s*(?:,|\n|、|،)\s*"),
    last_member=NEVER,
    asks_several=NEVER,
    asks_place=NEVER,
    asks_whole=NEVER,
    either_word="\0",
    between_figures=NEVER,
    either=NEVER,
    maybe=deferred(r"\?\s"),
    others=NEVER,
    bare=deferred(r"\s?/\s?|\s?[,、،]\s?|\s*\n\s*(?:[-•]\s*)?"),
    comma=deferred(r"[%°]?\s?(?:[^\W\d_]+)?[,、،]\s?[$£€¥]?\s?"),
    to=deferred(rf"\s?[^\W\d_%]{{0,12}}[%°]?\s?[-~〜～]{_MONEY_BEFORE}"),
    both=NEVER,
    between=NEVER,
    from_=NEVER,
    score=NEVER,
)
PAST = Past(
    before=NEVER,
    after=NEVER,
    link_before=NEVER,
    link_after=NEVER,
    figure_before=NEVER,
    figure_after=NEVER,
    moved=NEVER,
    from_=NEVER,
    to=NEVER,
    was=NEVER,
    now=NEVER,
    told=NEVER,
    clause=deferred(r"[;!?\n。；]|\.\s"),
    it_was=NEVER,
    of_next=NEVER,
    not_yet=NEVER,
    figure_given=NEVER,
    asked=NEVER,
)
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
