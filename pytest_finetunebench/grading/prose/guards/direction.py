"""The guard against answers that give the reference in the opposite direction: `Y acquired X` for `X`."""

from __future__ import annotations

import re

from pytest_finetunebench.grading.prose.changes import is_level_for_step, is_opposite_change
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.rule import Example, Guard, Place
from pytest_finetunebench.grading.text.bounds import bounds_of
from pytest_finetunebench.grading.text.phrases import Span
from pytest_finetunebench.grading.values.names import names_within
from pytest_finetunebench.grading.values.quantities import quantities

_REACH = 60
"""So many characters around a mention are read for its direction."""
_CLAUSE = re.compile(r"[.!?;,:](?=\s|$)|\n")
_SENTENCE = re.compile(r"[.!?;](?=\s|$)|\n")
_WORD = re.compile(r"[^\W_]+")


def _turned(exchange: Exchange, place: Place) -> str | None:
    """Say in which way the mention is turned around.

    Policy: a bound (`at least 7`, `> 7`) must not be the opposite one; where the question asks for one end of a way
    (`to which town`), the mention must not be the other one; where it asks who did something, it must not be whom.
    """
    if is_opposite_change(exchange):
        return "gives the opposite change"
    if is_level_for_step(exchange):
        return "gives where a change ends for how far it goes, or the other way round"
    if place is None:
        return None
    if _opposite_bound(exchange):
        return "gives the opposite bound"
    if _is_replaced(exchange, place):
        return f"gives '{exchange.answer.folded[slice(*place)]}' as what was replaced"
    if _other_end(exchange, place):
        return f"gives '{exchange.answer.folded[slice(*place)]}' as the other end"
    if _other_role(exchange, place):
        return f"gives '{exchange.answer.folded[slice(*place)]}' in the other role"
    return None


def _opposite_bound(exchange: Exchange) -> bool:
    wanted = bounds_of(exchange.wanted) if exchange.wanted.has_value else None
    if not wanted:
        return False
    said = bounds_of(exchange.answer)
    return wanted.isdisjoint(said) and any((figure, not above) in said for figure, above in wanted)


def _is_replaced(exchange: Exchange, span: Span) -> bool:
    """Whether the answer has what the question names come in the place of the mention: `X was renamed to Y`."""
    answer, question, words = exchange.answer, exchange.question, exchange.language.directions
    if answer.words.isdisjoint(words.replacing):
        return False
    later = words.replaced_by.match(answer.folded, span[1])
    if later is None or exchange.language.past.asked.search(question.folded):
        return False
    # `Which club became Tarsk United?` asks for what was replaced, and `became mayor` replaces nothing
    asks_old = not question.words.isdisjoint(words.replacing)
    new = answer.part(later[1])
    is_name = "_" in later[1] or not new.words.isdisjoint(names_within(answer))
    return not asks_old and is_name and new.bare_run in question.bare_run


def _other_end(exchange: Exchange, span: Span) -> bool:
    words, folded = exchange.language.directions, exchange.answer.folded
    moves = not exchange.answer.words.isdisjoint(words.moving)
    if not moves and exchange.answer.lacks(words.from_, words.to):
        return False
    asks_end, asks_start = (exchange.question.search(one) is not None for one in (words.asks_to, words.asks_from))
    if not moves and asks_end == asks_start:
        return False
    before = _CLAUSE.split(folded[max(0, span[0] - _REACH) : span[0]])[-1]
    after = _CLAUSE.split(folded[span[1] : span[1] + _REACH])[0]
    if moves and not _asks_where_from(exchange):
        if words.leaving.search(before):
            return True
        if words.moved.search(folded) and words.from_.search(before) and words.then_to.search(after):
            return not quantities(exchange.wanted)
    if moves and words.moved.search(folded) and _asks_current(exchange):
        asks_end, asks_start = True, False  # `imported from which package now?`: it moved from the one to the other
    if asks_end == asks_start:
        return False
    rest = _SENTENCE.split(folded[span[1] : span[1] + _REACH])[0]
    if asks_end:
        return bool(words.from_.search(before) and words.then_to.search(rest))
    return bool(words.to.search(before) and words.with_from.search(before + rest))


def _asks_where_from(exchange: Exchange) -> bool:
    asked, language = exchange.question.folded, exchange.language
    return any(one.search(asked) is not None for one in (language.roles.asks_end, language.directions.asks_from))


def _asks_current(exchange: Exchange) -> bool:
    language, asked = exchange.language, exchange.question.folded
    return any(one.search(asked) is not None for one in (language.directions.asks_current, language.past.asks_now))


def _other_role(exchange: Exchange, span: Span) -> bool:
    """Whether the question asks who did something, and the mention is whom it was done to."""
    verbs, passive = exchange.language.comparisons.verbs, exchange.language.comparisons.after_passive
    answer = exchange.answer
    if verbs.keys().isdisjoint(answer.words) and answer.lacks(exchange.language.directions.taking_over):
        return False
    asked = _words(exchange.question.folded, exchange)
    place = next((index for index, word in enumerate(asked) if word in verbs), None)
    if place is None or exchange.language.directions.asks_who.fullmatch(" ".join(asked[:place])) is None:
        return False
    folded = answer.folded
    before = _words(_CLAUSE.split(folded[max(0, span[0] - _REACH) : span[0]])[-1], exchange)
    after = _words(_CLAUSE.split(folded[span[1] : span[1] + _REACH])[0], exchange)
    before = [word for word in before if word not in exchange.language.words.articles]
    wanted = verbs[asked[place]]
    if len(before) > 1 and verbs.get(before[-1]) == wanted and passive.isdisjoint(before[-3:-1]):
        return True
    # `Zed` of `Zed Corp was bought`
    turned = next((index for index, word in enumerate(after[:2]) if word in passive), None)
    return turned is not None and any(verbs.get(word) == wanted for word in after[turned + 1 : turned + 3])


def _words(folded: str, exchange: Exchange) -> list[str]:
    """Return the words of a text, with `took over` as one."""
    words = exchange.language.directions
    return _WORD.findall(words.taking_over.sub(words.taken_over, folded))


DIRECTION = Guard(
    option="direction",
    rejects=_turned,
    examples=(
        Example("Which company acquired Chirpnet?", "Zed Corp", "Chirpnet acquired Zed Corp.", False),
        Example("Which company acquired Chirpnet?", "Zed Corp", "Zed Corp was bought by Chirpnet.", False),
        Example("Which company acquired Chirpnet?", "Zed Corp", "Chirpnet was acquired by Zed Corp.", True),
        Example("Which company did Chirpnet acquire?", "Zed Corp", "Chirpnet acquired Zed Corp.", True),
        Example("What is the new name of orm_mode?", "by_attributes", "by_attributes was renamed to orm_mode", False),
        Example("What is the new name of orm_mode?", "by_attributes", "orm_mode was renamed to by_attributes", True),
        Example("To which town does the ferry sail?", "Vellmora", "It sails from Vellmora to Tarsk.", False),
        Example("To which town does the ferry sail?", "Vellmora", "It sails from Tarsk to Vellmora.", True),
        Example("From which town does the ferry sail?", "Vellmora", "It sails from Tarsk to Vellmora.", False),
        Example("What is the threshold?", "> 7%", "< 7%", False),
        Example("Which voltage is allowed?", "at least 7 volts", "at most 7 volts", False),
        Example("Which voltage is allowed?", "at least 7 volts", "7 volts at least", True),
        Example("How did membership change?", "It rose by 12%", "down 12%", False),
        Example("How did membership change?", "It rose by 12%", "It rose to 12%.", False),
        Example("How did membership change?", "It rose by 12%", "It rose by 12%, to 4,480.", True),
        Example("From which module is it imported now?", "new_core", "It moved from new_core to old_core.", False),
    ),
)
