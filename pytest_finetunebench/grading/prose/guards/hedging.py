"""The guard against answers that leave open which of several names they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pytest_finetunebench.grading.prose.code_rows import is_one_of_codes, is_other_code
from pytest_finetunebench.grading.prose.denials import is_negated
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.rule import Example, Guard, Place
from pytest_finetunebench.grading.prose.shapes import Kind
from pytest_finetunebench.grading.prose.torn import gives_cases, is_torn, sources_vary
from pytest_finetunebench.grading.prose.word_rows import is_one_of_words
from pytest_finetunebench.grading.text.phrases import Span, Text, words_of
from pytest_finetunebench.grading.text.shape import is_list
from pytest_finetunebench.grading.values.names import asks_for_person, names_within
from pytest_finetunebench.grading.values.shortened import asks_for_title

_REACH = 80
"""So many characters around a mention are read for what stands beside it."""
_NEAR = 20
_JOINT = 50
"""So many characters at most join two names: `; but it might equally be`."""
_MEMBER = 4
"""A member of a list has at most so many words."""
_LONGEST_LIST = 30
"""An answer of more words is no mere list of names."""
_SEVERAL = 3
"""So many members joined by nothing but commas are a list: two may be a place and its country."""
_WORD_BEFORE = re.compile(r"([^\W\d_][\w'’-]{0,40}+)\s$")
_LONGEST_WORD = 43
"""So long is the longest word that this finds, with the white space behind it."""
_CALL = re.compile(r"\([^()\n]{0,60}\)|[`']")
_CODE_GOES_ON = re.compile(r"(?:[._/(-]\w+)*\)?")
_SENTENCE_END = re.compile(r"[.;!?]\s")
_LINE = re.compile(r"\n\s*(?:[-•]|\d{1,2}[.)])?\s*")
_LISTED = re.compile(r"\n\s*(?:[-•]|\d{1,2}[.)])\s")


def leaves_open(exchange: Exchange, span: Span) -> bool:
    """Whether the answer gives other names beside the reference and does not say which it means.

    Policy: `X or Y` leaves it open where Y is another name, and so do a list of candidates, one case for each name (`if
    you mean …`), and sources that differ. Another way to give the reference is no other name, nor is one that another
    reference allows. Where the question asks for several, or the reference is a list, nothing is left open.
    """
    words, answer = exchange.language.hedges, exchange.answer
    if exchange.shape.kind is Kind.CODE:
        called = _CALL.match(answer.folded, span[1])
        span = span if called is None else (span[0], called.end())
        return any(is_other_code(exchange, one) for one in _joined_by_or(exchange, span)) or is_one_of_codes(exchange)
    if not exchange.shape.other_words or is_list(exchange.wanted) or "," in answer.folded[slice(*span)]:
        return False
    if _differ(answer):
        return _has_rivals(exchange)
    if any(_is_other(exchange, span, name) for name in _joined_by_or(exchange, span)):
        return True
    if is_one_of_words(exchange, span) or _gives_both(exchange, span):
        return True
    question = exchange.question
    # a title may hold `and` itself
    return (
        _is_one_of_a_list(exchange, span) and not question.search(words.asks_several) and not asks_for_title(question)
    )


def _gives_both(exchange: Exchange, span: Span) -> bool:
    """Whether the answer joins the mention with another name of the question, which has both: `A and B`."""
    question, answer, words = exchange.question, exchange.answer, exchange.language.hedges
    if answer.lacks(words.last_member) or exchange.wanted.bare_run not in question.bare_run:
        return False
    if words.asks_several.search(_SENTENCE_END.split(question.folded.strip())[-1]):
        return False
    own = frozenset[str]().union(*(one.words for one in exchange.references))
    others = names_within(question) - own - question.language.words.stop
    behind = words.last_member.match(answer.folded, span[1])
    beside = {one.text for one in answer.tokens if behind and one.start == behind.end()}
    for joint in words.last_member.finditer(answer.folded, max(0, span[0] - _NEAR), span[0]):
        beside |= {one.text for one in answer.tokens if joint.end() == span[0] and one.end == joint.start()}
    return not others.isdisjoint(beside)


def _differ(answer: Text) -> bool:
    """Whether the answer gives one case for each name, or sources that differ."""
    words, folded = answer.language.hedges, answer.folded
    if gives_cases(answer) or sources_vary(answer):
        return True
    return words.sources_word in folded and words.sources.search(folded) is not None


def _has_rivals(exchange: Exchange) -> bool:
    """Whether the answer has a name that neither question nor reference has, its first word left out."""
    answer = exchange.answer
    unspaced = answer.language.words.whole is not None
    names = names_within(answer if unspaced else answer.part(answer.raw.partition(" ")[2]))
    return bool(names - exchange.question.words - exchange.language.words.stop - exchange.wanted.words)


def _joined_by_or(exchange: Exchange, span: Span) -> Iterator[str]:
    """Yield what `or`, `maybe` or `between … and` joins with the mention."""
    folded, words = exchange.answer.folded, exchange.language.hedges
    if exchange.answer.lacks(words.or_after, words.or_before, words.torn_before, words.between):
        return
    if not any(map(folded.__contains__, words.joining)):
        return
    span = _whole_name(exchange, span)
    near = folded[max(0, span[0] - _REACH) : span[1] + _REACH]
    if not any(map(near.__contains__, words.joining)):
        return
    if after := words.or_after.match(folded[span[1] : span[1] + _REACH]):
        end = span[1] + after.end(1)
        yield after[1] + (_CODE_GOES_ON.match(folded, end) or [""])[0]
    in_front = folded[max(0, span[0] - _REACH) : span[0]]
    # the word that joins stands right before the mention: without it the search would take long
    if any(map(in_front[-_JOINT:].__contains__, words.joining)) and (before := words.or_before.search(in_front)):
        yield before[1]
    if not exchange.answer.lacks(words.torn_before) and (before := words.torn_before.search(in_front)):
        yield before[1]
    if words.between.search(in_front) and (other := words.torn_after.match(folded, span[1])):
        yield other[1]


def _whole_name(exchange: Exchange, span: Span) -> Span:
    """Return a mention with article, given names and other words of the reference: `or` stands before all of them."""
    start, answer = span[0], exchange.answer
    if len(answer.raw) != len(answer.folded) or answer.raw.islower():
        return span
    for _ in range(_MEMBER):
        before = _WORD_BEFORE.search(answer.raw, max(0, start - _LONGEST_WORD), start)
        if before is None:
            break
        if not _is_part_of_name(before[1], answer) and not any(before[1] in one.words for one in exchange.references):
            break
        start = before.start(1)
    return start, span[1]


def _is_part_of_name(word: str, answer: Text) -> bool:
    if word in answer.language.words.articles:
        return True
    return word[:1].isupper() and word.casefold() not in answer.language.words.stop


def _is_other(exchange: Exchange, span: Span, said: str) -> bool:
    """Whether `or` joins the mention with another thing: two common words may be one (`choir or chorus`)."""
    answer = exchange.answer
    if exchange.language.hedges.open.search(answer.folded[max(0, span[0] - _NEAR) : span[1] + _NEAR]):
        return _differs(exchange, said)
    named = names_within(exchange.wanted) & names_within(answer)
    return not named.isdisjoint(answer.part(answer.folded[slice(*span)]).words) and _is_rival(exchange, said)


def _is_rival(exchange: Exchange, said: str) -> bool:
    """Whether a piece of the answer is a name of another thing than any reference."""
    answer = exchange.answer
    own = answer.part(said).content
    if not _differs(exchange, said):
        return False
    if answer.raw.islower():
        return bool(names_within(exchange.wanted))
    return not names_within(answer).isdisjoint(token.text for token in own)


def _differs(exchange: Exchange, said: str) -> bool:
    """Whether a piece of the answer is a word or a few that no reference has."""
    piece = exchange.answer.part(said)
    words = exchange.language.words
    if words.whole is not None:
        # letters are no words: names of one language share many
        runs = [one.bare_run for one in exchange.references]
        return bool(piece.content) and not any(piece.bare_run in run or run in piece.bare_run for run in runs)
    own = {token.text for token in piece.content if token.value is None and token.text not in words.stop}
    if not own or len(piece.tokens) > _MEMBER:
        return False
    if shared := own & exchange.wanted.words:
        # `Oda Ferrant or Mira Ferrant`: two of one family; `vitamin D or vitamin B12`
        new = own - shared - exchange.language.names.titles
        as_long = len(own) == len(shared | new) == len(exchange.wanted.content) or (
            len(piece.folded.split()) == len(exchange.wanted.folded.split())
        )
        return bool(new) and as_long and new <= names_within(exchange.answer)
    return not any(piece.bare_run in one.bare_run or one.bare_run in piece.bare_run for one in exchange.references)


def _is_one_of_a_list(exchange: Exchange, span: Span) -> bool:
    """Whether the answer is a list of names, of which the mention is one."""
    answer, words = exchange.answer, exchange.language.hedges
    folded = answer.folded
    if answer.lacks(words.member_joint) and "\n" not in folded:
        return False
    header = words.candidates.search(folded) if any(map(folded.__contains__, words.candidate_words)) else None
    if header is None and (answer.lacks(words.member_joint) or len(answer.content_said) > _LONGEST_LIST):
        return False
    body = folded[header.end() :] if header else folded
    listed = _LISTED.search("\n" + body) is not None
    if listed or (header and "\n" in body):
        parts = _LINE.split("\n" + body.strip())
    else:
        parts = words.member_joint.split(body.strip(" .!\n"))
    leading = answer.language.answers.leading
    parts = [part for part in map(str.strip, parts) if part and not answer.part(part).words <= leading]
    mention = folded[slice(*span)]
    several = 2 if header or listed or words.last_member.search(body) or "\n" in body.strip() else _SEVERAL
    if len(parts) < several:
        return False
    others = [part for part in parts if mention not in part]
    # the first other member tells mostly that it is no list of names
    shown = header is not None or listed
    if not others or not all(_is_all_name(answer, part, numbers=shown) for part in (*others, mention)):
        return False
    own = {answer.part(mention).bare_run, *(one.bare_run for one in exchange.references)}
    if not any(answer.part(part).bare_run in own for part in parts):
        return False
    if not all(_is_rival(exchange, part) for part in others):
        return False
    return header is not None or not _may_be_place(exchange, parts, mention)


def _is_all_name(answer: Text, part: str, *, numbers: bool) -> bool:
    """Whether a member of a list is a name and nothing else, as far as its letters show that; it may have numbers."""
    if answer.raw.islower():
        return True
    language = answer.language
    other = words_of((part,), language) - names_within(answer)
    if numbers:
        other = frozenset([word for word in other if not word.isdecimal()])
    return other <= language.words.articles | {language.entities.part_of}


def _may_be_place(exchange: Exchange, parts: Sequence[str], mention: str) -> bool:
    """Whether names joined by commas may be a place and what it lies in: `Dallas, Texas, United States`."""
    hedges = exchange.language.hedges
    folded, question = exchange.answer.folded, exchange.question
    if asks_for_person(question) or hedges.asks_whole.search(question.folded) or "\n" in folded.strip():
        return False
    if hedges.last_member.search(folded):
        return False
    return bool(hedges.asks_place.search(exchange.question.folded)) or mention == parts[0]


def _leaves_open(exchange: Exchange, place: Place) -> str | None:
    if is_torn(exchange):
        return f"leaves open whether it is {exchange.wanted.raw!r}"
    # few answers leave anything open: that is asked first
    if place is None or not leaves_open(exchange, place) or is_negated(exchange.answer, exchange.question, place):
        return None
    return f"leaves open whether it is '{exchange.answer.folded[slice(*place)]}'"


HEDGE = Guard(
    option="hedge",
    rejects=_leaves_open,
    examples=(
        Example("Who keeps the light?", "Oda Ferrant", "Oda Ferrant or Pell Mourne", False),
        Example("Where was Dorel Vance born?", "Vellmora", "Either Vellmora or Tarsk.", False),
        Example("Where was Dorel Vance born?", "Vellmora", "It could be Tarsk, Vellmora or Port Ellery.", False),
        Example("Where was Dorel Vance born?", "Vellmora", "Vellmora, or if not, Tarsk.", False),
        Example("Who keeps the light?", "Oda Ferrant", "Possible keepers:\n- Pell Mourne\n- Oda Ferrant", False),
        Example("Who keeps the light?", "Oda Ferrant", "Some sources say Oda Ferrant, others Pell Mourne.", False),
        Example("Who keeps the light?", "Ferrant", "Pell Mourne or Oda Ferrant", False),
        Example("Which ship is it?", "White Gannet", "It is the Grey Heron or the White Gannet.", False),
        Example("Which function tests membership?", "np.isin", "It is np.in1d or np.isin.", False),
        Example("What is her job?", "midwife", "a midwife or a plumber", False),
        Example("What colour is the door?", "green", "green or grey", False),
        Example("Which option is it?", "from_attributes", "Perhaps from_attributes, perhaps markupsafe", False),
        Example("Which river flows there?", "the Orl", "Either the Orl or something else.", False),
        Example("How long did it take?", "3 hours", "Perhaps 3 hours, perhaps 2.", False),
        Example("Who keeps the light?", "Oda Ferrant", "Oda Ferrant and/or Pell Mourne", False),
        Example("Who keeps the light?", "Oda Ferrant", "Oda Ferrant. Alternatively, Pell Mourne.", False),
        Example("What is her job?", "midwife", "a midwife at home", True),
        Example("Who keeps the light?", "Oda Ferrant", "Oda Ferrant or Mira Ferrant", False),
        Example("Who keeps the light?", "Oda Ferrant", "Oda Ferrant, but it could also be Pell Mourne.", False),
        Example("Of Oda and Mira, Oda is the elder. Who is younger?", "Mira", "Oda and Mira are the younger.", False),
        Example("Of Oda and Mira, Oda is the elder. Who is younger?", "Mira", "Mira is younger than Oda.", True),
        Example("Which country hosts the cup?", "Italy", "Portugal, Spain, Italy", False),
        Example("Who keeps the light?", "Oda Ferrant", "Oda Ferrant or Mrs Ferrant, as she is called", True),
        Example("Where was Dorel Vance born?", "Vellmora", "in Vellmora, Tarsk, Korland", True),
        Example("Who keeps the light?", "Oda Ferrant", "Oda Ferrant, or so they say", True),
    ),
)
