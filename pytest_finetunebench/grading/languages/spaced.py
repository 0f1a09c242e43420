"""Prose of languages that part words by spaces: each part made of the words that a language says it with.

The arguments are pattern sources without groups that capture, as people write the language: `nicht|nie|kein\\w*`.
"""

from __future__ import annotations

from dataclasses import replace

from pytest_finetunebench.grading.languages import blank
from pytest_finetunebench.grading.languages.building import Patterns
from pytest_finetunebench.grading.languages.prose_parts import Answers, Denials, Hedges, Past, Pattern
from pytest_finetunebench.grading.languages.reply_parts import Choices, Statements, YesNo
from pytest_finetunebench.grading.patterns import deferred

_MONEY = r"[$£€¥]?\s?"
_END = r"(?=\s{0,3}(?:$|[.!?;\n)\"]|,|[:-]\s))"
_QUOTE = r"[\"'(]?"
_CLOSE = r"[\"')]?"


def denials(
    p: Patterns,
    *,
    negation: str,
    only: str,
    behind: str,
    false: str,
    doubt: str,
    without: str,
    but: str,
    joint: str,
    article: str,
    in_question: str,
    directly: str,
    retraction: str,
    retraction_words: str,
    omitted: str,
    not_given: str,
) -> Denials:
    """Return what denies: `negation` up to four words before a mention, `behind` right after it."""
    return replace(
        blank.DENIALS,
        before=p(
            rf"\b(?:{negation})\s(?!(?:{only})\b)(?:(?:[\w'\"(]+|,)\s?){{0,4}}{_QUOTE}$"
            rf"|\b(?:{doubt})\b,?\s(?:(?!(?:{but})\b)[\w'-]+\s){{0,6}}{_QUOTE}$"
        ),
        after=p(rf"{_CLOSE}(?:{behind})|{_CLOSE}\s?[?:]\s?(?:{negation})\b|{_CLOSE}[,.]?\s(?:{false})\b"),
        directly=p(rf"(?:{directly})\s(?:(?:{article})\s)?{_QUOTE}$"),
        retraction=p(rf"\b(?:{retraction})(?:\s?[:,.;!-]+|\s|$)"),
        retraction_words=tuple(p.fold(retraction_words).split()),
        left_out=p(rf"\b(?:{without})\s(?:[\w'-]+,?\s){{0,4}}{_QUOTE}$"),
        clause_end=p(rf"[.;:!?\n]|\b(?:{but})\b"),
        in_question=p(rf"\b(?:{in_question})\b"),
        list_before=p(
            rf",\s(?:(?:[^\s,]+\s){{1,2}}(?:{joint})\s(?:(?:{article})\s)?|(?:(?:{joint}"
            rf"|{article})\s){{0,2}})$"
        ),
        list_after=p(rf"\s?(?:$|[.,;:!?\n)]|\s(?:{joint})\b)"),
        omitted=p(rf"\b(?:{omitted})\s(?:[\w'-]+,?\s){{0,4}}$"),
        not_given=p(rf"\s(?:{not_given})\b"),
    )


def answers(
    p: Patterns,
    *,
    frame_word: str,
    frame: str,
    is_: str,
    total: str,
    leading: str,
    beside: str,
    actually: str,
    actually_words: str,
) -> Answers:
    """Return how an answer says which is its answer: `frame` is `the answer is`."""
    return replace(
        blank.ANSWERS,
        frame_word=p.fold(frame_word),
        frame=p(rf"\b(?:{frame})\s?([^\n]{{1,300}})"),
        named=p(rf"\b(?:{frame})|=|####|\bboxed\{{"),
        total=p(rf"\b(?:{total})\b(?:\s[^\W\d_]+){{0,2}}?"),
        asks_total=p(rf"\b(?:{total})\b"),
        leading=p.words(leading),
        given=p(rf"(?:\b(?:{is_})|[:=])\s(?:\w{{1,3}}\s)?{_QUOTE}$"),
        beside=p(rf"\b(?:{beside})\s(?:\w{{1,4}}\s)?{_QUOTE}$"),
        actually=p(rf"\b(?:{actually})\b"),
        actually_words=tuple(p.fold(actually_words).split()),
        result=p(rf"\s?(?:=|(?:{is_})\b)\s?[^\d\n.;]{{0,12}}\d"),
    )


def hedges(
    p: Patterns,
    *,
    or_: str,
    and_: str,
    maybe: str,
    between: str,
    to: str,
    from_: str,
    sources: str,
    sources_word: str,
    cases: str,
    cases_word: str,
    candidates: str,
    candidate_words: str,
    asks_several: str,
    asks_place: str,
    asks_whole: str,
    score: str,
) -> Hedges:
    """Return what leaves open which is meant."""
    member = rf"[^\s,.;:!?()]+(?:\s(?!(?:{or_}|{and_})\b)[^\s,.;:!?()]+){{0,3}}"
    guess = rf"(?:(?:{maybe})\s){{0,2}}"
    otherwise = rf"(?:,?\s\(?(?:{or_})\s{guess}|,?\s\(?(?:{maybe}),?\s{guess}|\s?/\s?)"
    words = r"(?:[^\W\d_]+\s){0,3}"
    either = p(rf"[%°]?\s?{words}\s?(?:,\s?)?[(/]?\s?\b(?:{or_})\s{words}{_MONEY}")
    return replace(
        blank.HEDGES,
        joining=("/", *(p.fold(word) + " " for word in (*or_.split("|"), between.split("|")[0])), *_stems(p, maybe)),
        cases_word=p.fold(cases_word),
        sources_word=p.fold(sources_word),
        candidate_words=tuple(p.fold(candidate_words).split()),
        or_after=p(rf"(?:,\s{member}){{0,3}}?{otherwise}({member})"),
        or_before=p(rf"({member})(?:,\s{member}){{0,2}}?{otherwise}$"),
        torn_after=p(rf"\s(?:{and_})\s({member})"),
        torn_before=p(rf"\b(?:{between})\s({member})\s(?:{and_})\s$"),
        # a word too many is a lesser fault than a guess that passes: `red or blue`
        open=p(rf"\b(?:{maybe}|{or_})\b"),
        cases=p(rf"\b(?:{cases})[^\n]{{1,200}}(?:{cases})"),
        sources=p(rf"\b(?:{sources})"),
        candidates=p(rf"\b(?:{candidates}):?\s*(?=[\n:]|\S+[^.]*,|\S)"),
        member_joint=p(rf"\s*(?:,\s*(?:(?:{and_}|{or_})\s)?|\s(?:{and_}|{or_})\s|\n)\s*"),
        last_member=p(rf"\s(?:{and_}|{or_})\s"),
        asks_several=p(rf"\b(?:{asks_several})\b"),
        asks_place=p(rf"\b(?:{asks_place})\b"),
        asks_whole=p(rf"\b(?:{asks_whole})\b"),
        either_word=p.fold(or_.split("|")[0]),
        between_figures=p(rf"[^,.;:!?\n]{{0,20}}\b(?:{or_})\s(?:(?:{maybe})\s)?{_MONEY}"),
        either=either,
        maybe=p(rf"[%°]?\s?(?:[^\W\d_]+)?,?\s\(?(?:(?:{or_})\s)?(?:{maybe})\s{words}{_MONEY}|\?\s(?:(?:{or_})\s)?"),
        others=p(rf"[^\d.;!?\n]{{0,40}}\b(?:{sources_word})\w*\b[^\d.;!?\n]{{0,30}}"),
        bare=p(rf"\s?/\s?|\s?,\s?(?:(?:{and_}|{or_})\s)?|\s(?:{and_}|{or_})\s|\s*\n\s*(?:[-•]\s*)?"),
        comma=deferred(rf"[%°]?\s?(?:[^\W\d_]+)?,\s(?:[^\W\d_]+\s){{0,2}}{_MONEY}"),
        to=p(rf"\s?[^\W\d_%]{{0,12}}[%°]?\s?(?:-|(?:{to})\b)\s?{_MONEY}"),
        both=p(rf"\s?{words}(?:{and_})\s{_MONEY}"),
        between=p(rf"\b(?:{between})\s(?:[^\W\d_]+\s){{0,2}}{_MONEY}$"),
        from_=p(rf"\b(?:{from_})\s(?:[^\W\d_]+\s){{0,2}}{_MONEY}$"),
        score=p(rf"\b(?:{score})\b"),
    )


def _stems(p: Patterns, words: str) -> tuple[str, ...]:
    """Return the beginnings of alternatives, up to the first letter that is part of a pattern."""
    return tuple(p.fold(word).replace(r"\s", " ").partition("\\")[0].partition("(")[0] for word in words.split("|"))


def past(
    p: Patterns,
    *,
    once: str,
    changed: str,
    moved: str,
    from_: str,
    to: str,
    until: str,
    was: str,
    now: str,
    replaced: str,
    outgoing: str,
    asked: str,
    asks_now: str,
    compared: str,
    not_yet: str,
    but: str,
) -> Past:
    """Return what gives a mention as what was."""
    return replace(
        blank.PAST,
        before=p(rf"(?:\b(?:{once})(?:\s\S+){{0,5}}|\((?:{was})|\b(?:{compared})(?:\s\w{{1,4}})?)[\W_]*$"),
        after=p(rf"[^\w\s]*\s?\(?\s?(?:(?:{was})\s)?(?:{once}|→|->|=>)|[^\w\s]*\s?(?:{replaced})"),
        link_before=p(rf"\b(?:{from_}|{outgoing})[\W_]*$"),
        link_after=p(rf"[^\w\s]*\s?(?:(?:{until})\b|(?:{replaced})|(?:{outgoing})\b)"),
        figure_before=p(rf"\b(?:{until}) (?:(?:19|20)\d\d)[\W_]*$"),
        figure_after=p(
            rf"[^\w\s]*\s?(?:\w+\s)?(?:{until}) (?:19|20)\d\d"
            rf"|(?:\s\w+)?,?\s(?:\w+\s)?(?:{moved})\s(?:{to})\s"
        ),
        moved=p(rf"\b(?:{moved}|{changed})\b"),
        from_=p(rf"\b(?:{from_})[\W_]*$"),
        to=p(rf"[^\w\s]*\s?(?:\w+\s)?(?:{to})\s"),
        was=p(rf"\b(?:{was})(?:\s\S+){{0,3}}[\s:`'\"(]*$"),
        now=p(rf"\b(?:{now})\b"),
        told=p(rf"[`'\")]?\s(?:{was})\b"),
        clause=p(rf"[;!?\n]|\.\s|\b(?:{but}|{now})\b"),
        it_was=p(rf"\b(?:{was})\s$"),
        of_next=p(rf"[\s,(;]*(?:(?:\w{{1,3}}|{was})\s)*(?:{once})?(?:\s?(?:{was}))?[\s:'\"-]*"),
        not_yet=p(rf"[`'\")]?,?\s(?:{not_yet})"),
        figure_given=p(rf"\b(?:{compared}|{from_})\s(?:\w{{1,4}}\s)?[$£€¥₹]?$"),
        asked=p(rf"\b(?:{asked})\b"),
        asks_now=p(rf"\b(?:{asks_now})\b"),
        until=p(rf"[^\w\s]*\s(?:{until})\b"),
    )


def choices(
    p: Patterns,
    *,
    or_: str,
    and_: str,
    between: str,
    asking: str,
    article: str,
    answer: str,
    is_: str,
    because: str,
    both: str,
    none: str,
    all_: str,
    of_them: str,
    than: str,
    while_: str,
    first: str,
    last: str,
    then: str,
    pronouns: str,
    so: str,
) -> Choices:
    """Return how an answer picks one of a closed set; `answer` is what stands in front of a letter that is the pick."""
    raw_or, raw_and = rf"\s+(?:{or_})\s+", rf"\s+(?:{and_})\s+"
    quantifiers = rf"({both}|{none}|{all_})"
    after_letter = rf"(?:(?=\s*(?:$|[).:,;!?\]}}\n\"']))|(?=\s(?:{because}|{is_}|-|–)\b))"
    frame = rf"\b(?i:{answer})(?:\s(?i:{is_}))?[\s:=]*[({{\"'\[]{{0,2}}(?P<letter>[A-Za-z])(?P<close>\))?(?![\w+#'’-])"
    return replace(
        blank.CHOICES,
        or_=deferred(rf",?{raw_or}"),
        and_=deferred(raw_and),
        between=deferred(rf"\b(?i:{between})\s"),
        asking=p.words(asking),
        article=p(rf"^(?:{article})\s(?=.)"),
        articles=tuple(f"{word} " for word in p.fold(article).split("|")),
        frame=deferred(frame + after_letter),
        strong_frame=deferred(frame.replace("[A-Za-z]", "[B-HJ-Z]")),
        quantifier=p(rf"\W*{quantifiers}(?=\s(?:{of_them})\b|\W*$|\W*[.,;:!]|\s)"),
        group=p(rf"\W*{quantifiers}(?:\s(?:{of_them})(?:\s\w+)?)?\W*"),
        none_of=frozenset(p.fold(none).split("|")),
        list_joint=p(rf"(?:,\s(?:(?:{article})\s)?[^\s,]+(?:\s[^\s,]+)?)?,?\s(?:{and_}|{or_})\s"),
        joined=p(rf"(?:,|,?\s({and_}|{or_}))\s(?:(?:{article})\s)?"),
        aside=p(rf"\b(?:{than}|{between})\s(?:(?:{article})\s)?$"),
        background=p(rf"\b(?:{while_})\b[^,.;!?\n]*$"),
        asks_first=p(rf"\b(?:{first})\b"),
        asks_last=p(rf"\b(?:{last})\b"),
        then=p(rf",?\s(?:(?:{and_})\s)?(?:{then})\s(?:(?:{article})\s)?"),
        pronouns=p.words(pronouns),
        conclusion=p(rf"\b(?:{so})(?=\W)"),
    )


def yes_no(
    p: Patterns,
    *,
    yes: str,
    no: str,
    said_yes: str,
    said_no: str,
    not_no: str,
    filler: str,
    surely: str,
    certainly_not: str,
    true: str,
    false: str,
    it_is: str,
    it_is_not: str,
    and_or: str,
    corrected: str,
    after_no: str,
    statement: str,
) -> YesNo:
    """Return how yes and no are said; `not_no` is what follows a no that belongs to it (`no sé`)."""
    word = rf"(?:(?P<yes>{said_yes})|(?P<no>{said_no}))"
    plain_word = rf"(?:{said_yes}|{said_no})"
    joined = rf"\W{{1,3}}(?:(?:{and_or})\s)?"
    both = rf"(?:{said_yes}){joined}(?:{said_no})|(?:{said_no}){joined}(?:{said_yes})"
    forms: tuple[tuple[bool, Pattern], ...] = (
        (False, p(rf"(?:{certainly_not}){_END}")),
        (False, p(rf"(?:(?:{it_is})\s)?(?:{false}){_END}")),
        (False, p(rf"(?:{it_is_not})(?:\s(?:{true}|so))?{_END}")),
        (True, p(rf"(?:{surely}){_END}")),
        (True, p(rf"(?:(?:{it_is})\s)?(?:{true}){_END}")),
    )
    return replace(
        blank.YES_NO,
        yes=tuple(p.plain(yes).split()),
        no=tuple(p.plain(no).split()),
        filler=p(rf"(?:[\W_]+|(?:{filler})(?=\s?[:,.!]|\s(?:{plain_word})\b)(?:\s(?={plain_word}))?)"),
        both=p(rf"(?:{both})(?!\w)\s?(?=[.,;:!?)\]\n]|$)"),
        word=p(rf"(?P<yes>(?:{said_yes}))\b(?!-)|(?P<no>(?:{said_no}))\b(?!-)(?!{not_no})|(?P<y>(?!))"),
        forms=forms,
        corrected=p(rf"\b(?:{corrected})[\W_]{{1,10}}(?=({plain_word})\b)"),
        offered=p(rf"[\W_]*{plain_word}\s?(?:/|(?:{and_or}))\s?{plain_word}\b[\W_]*[:?\])]+(?=\W*\w)"),
        sentence=p(rf"(?:^|(?<=[.!?])\s|\n)\W{{0,5}}{word}\s?(?=[.!]|\n|$)"),
        verdict=p(rf"\b(?:{statement})\s(?:(?P<no>(?:{false}))|(?P<yes>(?:{true})))\s?(?=[.!,;\n]|$)"),
        anywhere=p(rf"(?:(?<=[.:,;!?\"]\s)|(?<=\")|^){word}(?=\s?[.,!;\"]|\s?$)(?P<after>(?!))?"),
        after_no=p.words(after_no),
    )


def statements(
    p: Patterns, *, above: str, below: str, at_least: str, denied: str, asks: str, verb: str, so: str, without: str
) -> Statements:
    """Return how a statement answers: `above`, `below`, `at_least` stand before a figure."""
    before = rf"\s?(?:\w{{1,5}}\s)?{_MONEY}$"
    return replace(
        blank.STATEMENTS,
        above=p(rf"(?:\b(?:{above})|>){before}"),
        below=p(rf"(?:\b(?:{below})|<){before}"),
        at_least=p(rf"(?:\b(?:{at_least})|[>≥]=?){before}"),
        denied=p(rf"\b(?:{denied})\b"),
        asks=p(rf"\W*(?:{asks})\b"),
        verb=p(rf"\b(?:{verb})\b"),
        concluding=p(rf"[,;:]?\s(?:{so})\s"),
        without=p.words(without),
    )
