"""The guard against answers that name another answer in so many words."""

from __future__ import annotations

import json
from bisect import bisect_left
from operator import itemgetter

from pytest_finetunebench.grading.prose.bystanders import (
    another_holds_role,
    in_another_row,
    is_outranked,
    of_another_part,
    only_considered,
    only_near,
)
from pytest_finetunebench.grading.prose.candidates import (
    another_is_said,
    asked_and_answered,
    boxes_another,
    by_another,
    is_told,
    leads_with_another,
    of_another_subject,
    of_kin,
    only_believed,
    only_supposed,
    quotes_only,
)
from pytest_finetunebench.grading.prose.deeds import tells_of_another
from pytest_finetunebench.grading.prose.denials import is_negated
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.past import was_once
from pytest_finetunebench.grading.prose.rival_names import names_beside
from pytest_finetunebench.grading.prose.rule import Example, Guard, Place
from pytest_finetunebench.grading.prose.sentences import goes_on, lacks_before, words_before
from pytest_finetunebench.grading.text.phrases import Span, occurrences
from pytest_finetunebench.grading.values.names import names_within
from pytest_finetunebench.grading.values.roles import allows_figure

_REACH, _WORDS = 60, 3
"""So many characters and words before a mention are read for what is said of it."""


def gives_another(exchange: Exchange, span: Place) -> bool:
    """Whether the answer names its answer in so many words (`the answer is Y`), and that is not the reference.

    Policy: the last such phrase decides; one that holds no word of its own beyond the question's decides nothing.
    """
    answer, words = exchange.answer, exchange.language.answers
    if words.frame_word not in answer.folded or span is None:
        return False
    frames = list(words.frame.finditer(answer.folded))
    if not frames or any(frame.start() <= span[1] and span[0] <= frame.end() for frame in frames[-1:]):
        return False
    named = answer.part(frames[-1][1])
    if any(occurrences(named, exchange.wanted)):
        return False
    stem = exchange.language.words.stem
    own = [token for token in named.content if stem(token.text) not in exchange.question.stems]
    return bool(own) and span[0] < frames[-1].start()


def is_retracted(exchange: Exchange, span: Span) -> bool:
    """Whether the answer takes back what it said up to the mention, or a little later: `X. Wait, that is wrong. Y`.

    Policy: something else must follow that the question does not have.
    """
    answer, words = exchange.answer, exchange.language
    if not goes_on(answer, span):
        return False
    for pattern, of_pattern in (
        (words.denials.retraction, words.denials.retraction_words),
        (words.answers.actually, words.answers.actually_words),
    ):
        if answer.lacks(pattern) or not any(map(answer.folded.__contains__, of_pattern)):
            continue
        turns = [turn for turn in pattern.finditer(answer.folded) if turn.start() >= span[1]]
        if turns and _says_own(exchange, answer.folded[turns[-1].end() :]):
            return True
    return False


def _says_own(exchange: Exchange, rest: str) -> bool:
    """Whether a piece of the answer has a name or number that neither question nor reference has."""
    piece, known = exchange.answer.part(rest), exchange.question.words | exchange.wanted.words
    known = known.union(*(one.words for one in exchange.superseded))
    names = names_within(exchange.answer) & piece.words - exchange.language.words.stop
    return bool(names - known) or any(token.value is not None and token.text not in known for token in piece.tokens)


def stands_beside(exchange: Exchange, span: Span) -> bool:
    """Whether the mention is what another answer, named before it, stands beside: `Y, which borders X`.

    Policy: where the question asks for that relation (`Which country borders …`), nothing is held against it.
    """
    answer, question = exchange.answer, exchange.question
    if lacks_before(answer, span, exchange.language.answers.beside):
        return False
    before = answer.folded[max(0, span[0] - _REACH) : span[0]]
    found = exchange.language.answers.beside.search(before)
    if (
        found is None
        or allows_figure(answer, span)
        or not question.stems.isdisjoint(answer.part(found[0]).content_stems)
    ):
        return False
    return _says_own(exchange, answer.folded[: span[0] - len(found[0])])


def says_opposite(exchange: Exchange, span: Span) -> bool:
    """Whether a word beside the mention says the opposite of what is asked: `X passed` to `Who failed?`."""
    stem, opposites = exchange.language.words.stem, exchange.language.entities.opposites
    if opposites.keys().isdisjoint(exchange.answer.words):
        return False
    answer = exchange.answer
    before = [word for word, place in words_before(answer, span, _WORDS) if span[0] - _REACH <= place[0]]
    # of what is asked for, the verb stands right behind
    at = bisect_left(answer.places, span[1], key=itemgetter(0))
    turning = [word for word in (*before, *answer.said[at : at + 1]) if word in opposites]
    if not turning:
        return False
    asked = exchange.question.stems
    return any(stem(word) not in asked and any(stem(other) in asked for other in opposites[word]) for word in turning)


def other_value(exchange: Exchange) -> bool:
    """Whether the answer is JSON whose answer is another: the reference stands under another key."""
    raw = exchange.answer.raw.strip()
    if not raw.startswith("{"):
        return False
    try:
        read = json.loads(raw)
    except ValueError:
        return False
    keys = exchange.language.answers.keys
    given = [str(value) for key, value in read.items() if key.casefold() in keys] if isinstance(read, dict) else []
    return bool(given) and not any(any(occurrences(exchange.answer.part(one), exchange.wanted)) for one in given)


def _was_once(exchange: Exchange, span: Span) -> bool:
    # of two answers that were right at some time, `stale.py` tells which is given as current
    return not exchange.superseded and was_once(exchange.answer, exchange.question, span)


def _another(exchange: Exchange, place: Place) -> str | None:
    if place is None:
        return None
    if is_retracted(exchange, place):
        return "takes the reference back, and gives another answer"
    if (
        (_stands_beside(exchange, place) and not is_negated(exchange.answer, exchange.question, place))
        or other_value(exchange)
        or _is_elsewhere(exchange, place)
    ):
        return "mentions the reference, but names another answer"
    return None


def _stands_beside(exchange: Exchange, place: Span) -> bool:
    for one in _BESIDE:  # a generator takes twice as long
        if one(exchange, place):
            return True
    if not is_told(exchange, place) or not names_beside(exchange):
        return False
    return any(one(exchange, place) for one in _BESIDE_NAME)


def _is_elsewhere(exchange: Exchange, place: Span) -> bool:
    answer, question = exchange.answer, exchange.question
    return tells_of_another(answer, question, place) or in_another_row(answer, question, place)


_BESIDE = (
    gives_another,
    stands_beside,
    says_opposite,
    of_kin,
    only_believed,
    only_supposed,
    boxes_another,
    quotes_only,
    asked_and_answered,
    is_outranked,
    only_near,
    of_another_part,
    only_considered,
    _was_once,
)
"""The ways to stand beside another answer."""
_BESIDE_NAME = (
    leads_with_another,
    another_is_said,
    of_another_subject,
    by_another,
    another_holds_role,
)
"""Those that another name decides, in an answer that tells no story (`is_told`)."""

OTHER_ANSWER = Guard(
    option="other_answer",
    rejects=_another,
    examples=(
        Example(
            'Which word is the verb in "The dog barked"?', "barked", 'The verb of "The dog barked." is dog.', False
        ),
        Example('Which word is the verb in "The dog barked"?', "barked", 'In "The dog barked" it is barked.', True),
        Example("Where was Dorel Vance born?", "Vellmora", "She lived in Vellmora. The answer is Tarsk.", False),
        Example("Where was Dorel Vance born?", "Vellmora", "She lived in Tarsk. The answer is Vellmora.", True),
        Example("Where was Dorel Vance born?", "Vellmora", "Vellmora. Wait, that is wrong. Tarsk.", False),
        Example("Where was Dorel Vance born?", "Vellmora", "Often said to be Vellmora, but actually Tarsk.", False),
        Example("Where was Dorel Vance born?", "Vellmora", "Tarsk. Wait, that is wrong. Vellmora.", True),
        Example("Which country is it in?", "Korland", "It is in Sarnia, which borders Korland.", False),
        Example("Which country borders Sarnia?", "Korland", "Sarnia is small and borders Korland.", True),
        Example("Who keeps the light?", "Oda Ferrant", "Pell Mourne. He succeeded Oda Ferrant in 2024.", False),
        Example("What does velorin cause?", "nausea", "It prevents nausea.", False),
        Example("What does velorin cause?", "nausea", "It causes nausea.", True),
        Example("In which town was Dorel Vance born?", "Vellmora", "Tarsk (often confused with Vellmora).", False),
        Example("In which town was Dorel Vance born?", "Vellmora", "Born in Tarsk, she grew up in Vellmora.", False),
        Example("In which town was Dorel Vance born?", "Vellmora", "Born in Vellmora, she grew up in Tarsk.", True),
        Example("In which town was Dorel Vance born?", "Vellmora", "Her mother was born in Vellmora.", False),
        Example("In which town was Dorel Vance born?", "Vellmora", "Many think of Vellmora, but it is Tarsk.", False),
        Example(
            "In which town was Dorel Vance born?", "Vellmora", "If she had been born in Vellmora, I'd know.", False
        ),
        Example("In which town was Dorel Vance born?", "Vellmora", "She lived in Vellmora. \\boxed{Tarsk}", False),
        Example("What colour is the door?", "green", "It used to be green.", False),
        Example("What colour is the door?", "green", "It was green, but is red now.", False),
        Example("What is her job?", "plumber", "She trained as a plumber but works as a midwife.", False),
        Example("What is her job?", "director", "She wants to become director.", False),
        Example("Who keeps the light?", "Oda Ferrant", 'Pell Mourne wrote: "Oda Ferrant is my friend."', False),
        Example("Who wrote The Grey Sea?", "Ada Brook", "It was written for Ada Brook by Jun Sarvo.", False),
        Example("In which town was Dorel Vance born?", "Vellmora", "She died in Vellmora.", False),
        Example("In which town was Dorel Vance born?", "Vellmora", "She was born and died in Vellmora.", True),
        Example("In which town was Dorel Vance born?", "Vellmora", "just outside Vellmora", False),
        Example("Who is the keeper?", "Oda Ferrant", "The keeper is Pell Mourne. He works with Oda Ferrant.", False),
        Example("Who is the keeper?", "Oda Ferrant", "The keeper is Oda Ferrant. She works with Pell Mourne.", True),
        Example("Who keeps Port Ellery?", "Oda Ferrant", "| Ellery | Pell Mourne |\n| Sool | Oda Ferrant |", False),
        Example("What colour is the door?", "green", "The door is red with a green frame.", False),
        Example("What is the largest lake?", "Lake Sool", "Lake Tarn is larger than Lake Sool.", False),
        Example("What is the largest lake?", "Lake Sool", "Lake Sool is the second largest, after Lake Tarn.", False),
        Example("What is the largest lake?", "Lake Sool", "Lake Sool, which is larger than Lake Tarn.", True),
        Example("Who wrote it?", "Ada Brook", '{"answer": "Jun Sarvo", "others": ["Ada Brook"]}', False),
    ),
)
