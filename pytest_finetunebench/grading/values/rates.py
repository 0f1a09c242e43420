"""Which figures of an answer are a rate, or a price that something is taken off, and no amount by themselves."""

from __future__ import annotations

from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.values.figure_context import counted_stems, nouns_behind
from pytest_finetunebench.grading.values.quantities import Quantity, quantities


def rate_role(answer: Text, question: Text, wanted: Text, one: Quantity) -> str | None:
    """Return in which of these roles a figure stands, in words; None where it stands in none."""
    if _is_discounted(answer, question, one):
        return "a price before a discount, or the discount"
    if _wants_rate(wanted):
        return "another rate" if _is_other_rate(answer, wanted, one) else None
    if _is_for_other_period(answer, question, one):
        return "a rate for another period"
    return "a rate" if _is_rate(answer, question, one) or _is_each(answer, question, one) else None


def _is_for_other_period(answer: Text, question: Text, one: Quantity) -> bool:
    """Whether the question asks for an amount per day, and a figure is given per week or dose."""
    words = answer.language.roles
    said = words.period_behind.match(answer.folded, one.end)
    if said is None:
        return False
    asked = {found[1] or found[2] for found in words.asked_period.finditer(question.folded)}
    return bool(asked) and words.periods.get(said[1], said[1]) not in {words.periods.get(one, one) for one in asked}


def _is_rate(answer: Text, question: Text, one: Quantity) -> bool:
    words = answer.language.roles
    found = words.rate.match(answer.folded, one.end)
    if (
        found is None
        or words.asks_rate.search(question.folded)
        or answer.language.frequencies.asked.search(question.folded)
    ):
        return False
    money = one.unit in answer.language.units.currencies.values() and question.raw.strip().endswith("?")
    if not money and (one.unit is not None or not counted_stems(question)):
        return False
    return answer.language.words.stem(found[1] or found[2]) not in question.stems


def _is_each(answer: Text, question: Text, one: Quantity) -> bool:
    words = answer.language.roles
    found = words.each.match(answer.folded, one.end)
    return found is not None and bool(counted_stems(question)) and not words.asks_rate.search(question.folded)


def _is_discounted(answer: Text, question: Text, one: Quantity) -> bool:
    words = answer.language.roles
    if one.unit not in answer.language.units.currencies.values() or answer.words.isdisjoint(words.discount_words):
        return False
    return words.discount.match(answer.folded, one.end) is not None and question.words.isdisjoint(words.discount_words)


def _is_other_rate(answer: Text, wanted: Text, one: Quantity) -> bool:
    """Whether a figure counts other things, or per another unit, than the reference: `60 breaths per minute`."""
    words, stem = answer.language.roles, answer.language.words.stem
    said = words.rate.match(answer.folded, one.end)
    if said is None or one.unit is not None:
        return False
    for given in quantities(wanted):
        asked = words.rate.match(wanted.folded, given.end)
        if asked is not None and given.unit is None:
            if stem(said[1] or said[2]) != stem(asked[1] or asked[2]):
                return True
            nouns = [nouns_behind(answer, one)[0], nouns_behind(wanted, given)[0]]
            return answer.language.words.stop.isdisjoint(nouns) and stem(nouns[0]) != stem(nouns[1])
    return False


def _wants_rate(wanted: Text) -> bool:
    return any(wanted.language.roles.rate.match(wanted.folded, one.end) for one in quantities(wanted))
