"""Mentions that stand beside an answer: near it, in another row of its table, beside who holds the role asked for."""

from __future__ import annotations

from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.prose.candidates import clause_of, clauses, is_told
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.rival_names import names_beside, rivals
from pytest_finetunebench.grading.prose.sentences import lacks_before
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.values.names import names_within

_REACH = 60
"""So many characters before a mention are read for what is said of it."""
_CELLS = "|"
_LISTED = ("-", "•", "*")
_MOST_ROWS, _KEY = 60, 4


def only_near(exchange: Exchange, span: Span) -> bool:
    """Whether a place is given only as what the answer lies near: `just outside X`, `on the X River`.

    Policy: where the question asks what something lies near, nothing is held against it.
    """
    answer, words = exchange.answer, exchange.language.answers
    if answer.words.isdisjoint(words.near_words) or not is_told(exchange, span):
        return False
    found = words.near.search(answer.folded[max(0, span[0] - _REACH) : span[0]])
    if found is None and not words.place_words.isdisjoint(exchange.question.words):
        found = words.near_after.match(answer.folded, span[1])
    return found is not None and exchange.question.words.isdisjoint(answer.part(found[0]).words & words.near_words)


def only_considered(exchange: Exchange, span: Span) -> bool:
    """Whether the mention was only proposed for what is asked, did something beside it, or is a box left empty."""
    answer = exchange.answer
    if _EMPTY_BOX in answer.folded and answer.folded[: span[0]].rstrip().endswith(_EMPTY_BOX):
        return answer.folded.count("[") > 1
    considered = answer.language.answers.considered
    found = None if answer.lacks(considered) else considered.match(answer.folded, span[1])
    return found is not None and answer.part(found[0]).content_stems.isdisjoint(
        exchange.question.stems - _who(exchange)
    )


def _who(exchange: Exchange) -> frozenset[str]:
    """Return the stems of the verb of the question that any deed shares: `wrote` of `wrote the sequel`."""
    question = exchange.question
    return frozenset(map(question.language.words.stem, question.said[1:2]))


def is_outranked(exchange: Exchange, span: Span) -> bool:
    """Whether the answer ranks another before the mention, where the question asks for the first: `larger than X`."""
    answer, words = exchange.answer, exchange.language.answers
    below = None if answer.lacks(words.below_top) else words.below_top.match(answer.folded, span[1])
    if below is None and lacks_before(answer, span, words.above_it):
        return False
    if words.asks_top.search(exchange.question.folded) is None:
        return False
    before = answer.folded[max(0, span[0] - _REACH) : span[0]]
    return below is not None or words.above_it.search(before) is not None


_EMPTY_BOX = "[ ]"


def of_another_part(exchange: Exchange, span: Span) -> bool:
    """Whether a colour is that of a part that the question does not ask about: `red with a green frame`."""
    answer, colours = exchange.answer, exchange.language.entities.colours
    if exchange.wanted.bare_run not in colours or len(answer.words & colours) < 2:
        return False
    behind = next((token for token in answer.tokens if token.start >= span[1]), None)
    if behind is None or answer.folded[span[1] : behind.start] != " ":
        return False
    known = exchange.question.words | answer.language.words.stop | answer.language.refusals.vague | colours
    return behind.text.isalpha() and behind.text not in known


def another_holds_role(exchange: Exchange, span: Span) -> bool:
    """Whether the answer says of another name that it is what is asked for: `X is the deputy; the keeper is Y`."""
    answer = exchange.answer
    parts, words = clauses(answer), answer.language.answers
    if len(parts) == 1 or (own := clause_of(answer, span)) is None:
        return False
    for name in names_beside(exchange):
        start = next((one[0] for one in parts if one[0] <= name.start < one[1]), 0)
        if start == own[0]:
            continue
        role = words.role.search(answer.folded[start : name.start]) or words.role_after.match(answer.folded, name.end)
        between = answer.folded[min(name.end, span[1]) : max(name.start, span[0])]
        if role is None or words.turned.search(between) or not _is_asked_for(exchange, role[1]):
            continue
        if name in rivals(exchange):
            stem, before = answer.language.words.stem, [one for one in answer.tokens if own[0] <= one.start < span[0]]
            return _asked_nouns(exchange.question).isdisjoint(stem(token.text) for token in before)
    return False


def _is_asked_for(exchange: Exchange, role: str) -> bool:
    return not _asked_nouns(exchange.question).isdisjoint(exchange.answer.part(role).stems)


@once_per_text
def _asked_nouns(question: Text) -> frozenset[str]:
    """Return the stems of the words for what a question asks for, with what else names the same event or agent."""
    found, stem = question.language.answers.asks_noun.search(question.folded), question.language.words.stem
    # a title in capitals is no name: `the CEO`
    names = {name for name in names_within(question) if name.upper() not in question.raw}
    small = question.language.words.stop | names
    said = {token.text for token in question.part(found[1]).tokens} - small if found else set[str]()
    for family in question.language.entities.events:
        said = said.union(*(words for words in family.values() if not words.isdisjoint(said)))
    return frozenset(map(stem, said))


def in_another_row(answer: Text, question: Text, span: Span) -> bool:
    """Whether the mention stands in a line of a table or list, and another line has more of the question's words."""
    raw = answer.folded
    if "\n" not in raw or not (_CELLS in raw or ":" in raw):
        return False
    rows = [line for line in _lines(raw) if _is_row(raw[slice(*line)])][:_MOST_ROWS]
    own = next((line for line in rows if line[0] <= span[0] < line[1]), None)
    if own is None or len(rows) < 2:
        return False
    asked = question.content_stems
    known = [(line, answer.part(raw[slice(*line)]).stems & asked) for line in rows]
    mine = next(stems for line, stems in known if line == own)
    return any(mine < stems for line, stems in known if line != own and _fills(raw, line, own))


def _lines(folded: str) -> list[Span]:
    found, at = [], 0
    for line in folded.split("\n"):
        found.append((at, at + len(line)))
        at += len(line) + 1
    return found


def _is_row(line: str) -> bool:
    bare = line.strip()
    if bare.endswith("?"):
        return False
    if bare.count(_CELLS) > 1:
        return any(letter.isalnum() for letter in bare)
    if bare.startswith(_LISTED):
        return ":" in bare.rstrip(":")
    key, colon, value = bare.partition(":")
    return bool(colon and value.strip()) and len(key.split()) <= _KEY


def _fills(folded: str, line: Span, own: Span) -> bool:
    """Whether two lines are of one kind, with as many cells, and the first is no header."""
    here, there = folded[slice(*line)], folded[slice(*own)]
    if here.count(_CELLS) != there.count(_CELLS):
        return False
    rest = folded[line[1] : line[1] + 3].strip()
    return not (rest.startswith(_CELLS) and folded[line[1] + 1 :].lstrip(" |:").startswith("-"))
