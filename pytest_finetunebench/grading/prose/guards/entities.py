"""The guard against answers that name another thing, of whose name the reference is a part."""

from __future__ import annotations

import re

from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.rival_names import names_of
from pytest_finetunebench.grading.prose.rule import Example, Guard, Place
from pytest_finetunebench.grading.prose.sentences import goes_on, lacks_before, words_before
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.values.names import name_parts, names_within, same_given
from pytest_finetunebench.grading.values.titles import is_part_of_title, title_goes_on
from pytest_finetunebench.grading.values.versions import is_other_version

_TIED_NAME = re.compile(r"-([A-Z][^\W\d_]+)(?=[\"'*]*\s?(?:$|[).,;:!\n]))")
"""Behind a name: another one that belongs to it, and then no more."""
_REACH = 40
"""So many characters around a mention are read for what is said of it."""


def names_another(exchange: Exchange, span: Span) -> bool:
    """Whether the mention is a part of another name or thing: `vice president`, `X's brother`, `X Lite`.

    Policy: words and names only; an amount or date is what it is whatever stands beside it. A word that the question
    has too changes nothing, and where the question asks for a relation (`Whose brother is …`) none is held against
    the answer.
    """
    if not exchange.shape.other_words:
        return False
    for one in _READINGS:  # noqa: SIM110 - a generator takes twice as long
        if one(exchange, span):
            return True
    return False


def _is_tied_word(exchange: Exchange, span: Span) -> bool:
    """Whether a hyphen ties the mention of a thing to another one: `amoxicillin-clavulanate`."""
    answer = exchange.answer
    if answer.folded[span[1] : span[1] + 1] != "-" or len(exchange.wanted.tokens) != 1 or _is_name(exchange):
        return False
    tied = _TIED_WORD.match(answer.folded, span[1])
    return tied is not None and not tied[1].endswith(exchange.language.entities.tied_endings)


_TIED_WORD = re.compile(r"-([^\W\d_]{5,})(?![\w-])")


def _is_qualified(exchange: Exchange, span: Span) -> bool:
    answer, words = exchange.answer, exchange.language.entities
    if all(map(answer.words.isdisjoint, (words.qualifiers, words.role_qualifiers, words.name_qualifiers))):
        return False
    before = _word_before(answer, span)
    if before is None or before in exchange.question.words or before in exchange.wanted.words:
        return False
    if before in words.qualifiers or (before in words.role_qualifiers and not _is_name(exchange)):
        return True
    if before not in words.name_qualifiers or not _is_name(exchange) or words.asks_place in exchange.question.words:
        return False
    return answer.raw.islower() or before in names_within(answer)


def _word_before(answer: Text, span: Span) -> str | None:
    """Return the word right before a mention, nothing but a space or hyphen apart."""
    before = words_before(answer, span, 1)
    if not before:
        return None
    word, (_, end) = before[0]
    return word if answer.folded[end : span[0]] in (" ", "-") else None


def _is_compound(exchange: Exchange, span: Span) -> bool:
    answer, words = exchange.answer, exchange.language.entities
    patterns = words.compound_before, words.compound_after
    if words.role_after.isdisjoint(answer.words) and answer.lacks(*patterns):
        return False
    before, after = _around(answer, span)
    if not answer.language.dates.months.keys().isdisjoint(exchange.wanted.words):
        return False  # `mid-August`
    following = next((token for token in answer.tokens if token.start > span[0] and token.start >= span[1]), None)
    if (
        following is not None
        and following.text in words.role_after
        and answer.folded[span[1] : following.start] == " "
        and following.text not in exchange.question.words | exchange.wanted.words
    ):
        return True
    for found in (patterns[0].search(before), patterns[1].match(after)):
        if found is None:
            continue
        said = answer.part(found[0])
        if answer.language.words.whole is not None:
            # letters are no words: any question has some of them
            shared = said.bare_run in exchange.question.bare_run
        else:
            shared = not {token.text for token in said.tokens}.isdisjoint(exchange.question.words)
        if not shared:
            return True
    return False


def _is_other_name(exchange: Exchange, span: Span) -> bool:
    answer, words = exchange.answer, exchange.language.entities
    _, after = _around(answer, span)
    if is_part_of_title(answer, exchange.question, span):
        return _is_name(exchange)
    if not goes_on(answer, span):
        return False
    generation = words.generation.match(after)
    if generation and answer.part(generation[0]).words.isdisjoint(exchange.wanted.words):
        return _is_name(exchange)
    numbered = words.numbered.match(after) is not None and len(answer.tokens) <= len(exchange.wanted.tokens) + 2
    return numbered and _is_name(exchange)


def _is_related(exchange: Exchange, span: Span) -> bool:
    """Whether the mention tells whose relative, rival or assistant somebody is, and the question asks for no such."""
    answer, words = exchange.answer, exchange.language.entities
    before, _ = _around(answer, span)
    related = None if answer.lacks(words.relative_after) else words.relative_after.match(answer.folded, span[1] - 2)
    if related is None and not lacks_before(answer, span, words.relative_before):
        related = words.relative_before.search(before)
    if related is None and "'" in answer.folded[slice(*span)]:
        related = words.relative_within.search(answer.folded, *span)
    if related is None and not lacks_before(answer, span, words.beside_role) and not _is_name(exchange):
        related = words.beside_role.search(before)
    if not related or exchange.question.search(words.asks_relation):
        return False
    return exchange.question.search(words.relation) is None or not _is_asked_relation(exchange, related[0])


def _is_asked_relation(exchange: Exchange, said: str) -> bool:
    """Whether the question asks for the relation that the answer tells of; `heir` is no `sister`."""
    piece, small = exchange.answer.part(said), exchange.answer.language.words.stop
    return not (piece.words - small).isdisjoint(exchange.question.words)


def _is_longer(exchange: Exchange, span: Span) -> bool:
    """Whether the mention is the beginning or end of a longer name of another thing.

    Policy: a hyphen ties another name to it that ends there (`Guinea-Bissau`); a word stands in front of an institution
    (`Technical University of X`); or behind it what makes another product or body of it (`X Lite`).
    """
    answer = exchange.answer
    if len(answer.raw) != len(answer.folded) or not answer.raw[span[0] : span[0] + 1].isupper():
        return False
    return _is_part_of_name(exchange, span) and _is_name(exchange)


def _is_part_of_name(exchange: Exchange, span: Span) -> bool:
    answer, wanted, words = exchange.answer, exchange.wanted, exchange.language.entities
    if _is_other_company(exchange, span):
        return True
    tied = _TIED_NAME.match(answer.raw, span[1])
    if tied and len(wanted.bare_said) == 1 and answer.part(tied[1]).words.isdisjoint(exchange.question.words):
        return True
    variant = None if answer.lacks(words.variant_after) else words.variant_after.match(answer.folded, span[1])
    if (
        variant
        and (answer.raw[span[1] + 1].isupper() or answer.raw[span[1]] == "-" or _ends_product(exchange, variant.end()))
        and answer.part(variant[0]).words.isdisjoint(exchange.question.words | wanted.words)
    ):
        return True
    return _is_of_title(exchange, span) or _is_namesake(exchange, span) or _is_other_institution(exchange, span)


def _ends_product(exchange: Exchange, end: int) -> bool:
    """Whether a numbered name is wanted, and the answer or its clause ends there: `Orla-4 mini`."""
    behind = exchange.answer.folded[end : end + 1]
    return exchange.wanted.folded[-1:].isdigit() and behind in ("", ".", ",", ";", "\n", ")", '"', "*")


def _is_of_title(exchange: Exchange, span: Span) -> bool:
    """Whether the mention is the first of two names that make a title: `the story of Oda and Pell`."""
    answer, words = exchange.answer, exchange.language
    if lacks_before(answer, span, words.entities.titled):
        return False
    before, after = _around(answer, span)
    joined = words.hedges.last_member.match(after)
    if (
        joined is None
        or words.entities.titled.search(before) is None
        or words.hedges.asks_place.search(exchange.question.folded)
    ):
        return False
    other = next((one for one in names_of(answer) if one.start == span[1] + joined.end()), None)
    own = exchange.question.words.union(*(one.words for one in exchange.references))
    return other is not None and own.isdisjoint(other.words)


def _is_namesake(exchange: Exchange, span: Span) -> bool:
    """Whether a family name has another given name in front of it than the references give to it."""
    answer, wanted = exchange.answer, exchange.wanted
    if not _follows_capital(answer.raw, span[0]) or len(wanted.bare_said) != 1:
        return False
    whole = next((one for one in names_of(answer) if one.start < span[0] and one.end == span[1]), None)
    if whole is None:
        return False
    family = wanted.bare_said[0]
    given = {name for one in exchange.references for name in _given_names(one, family)}
    if not given:
        return False
    names, known = exchange.language.names, exchange.question.words.union(*(one.words for one in exchange.references))
    others = whole.words - {family}
    if not others.isdisjoint(known | names.titles | exchange.language.entities.epithets):
        return False
    return not any(same_given(said, name, names) for said in others for name in given)


def _follows_capital(raw: str, start: int) -> bool:
    """Whether the word before a place has a capital, a space, hyphen or apostrophe apart."""
    before = raw[:start]
    return before.endswith(_JOINTS) and any(map(str.isupper, before[:-1].rpartition(" ")[2]))


_JOINTS = " ", "-", "'", "’"


def _given_names(reference: Text, family: str) -> list[str]:
    parts = list(name_parts(reference)) or [family]
    return parts[:-1] if parts[-1] == family else []


def _is_other_company(exchange: Exchange, span: Span) -> bool:
    """Whether the head of a company's name goes on as another one: `Zed Bank` for `Zed Corp`."""
    answer, wanted = exchange.answer, exchange.wanted
    if not exchange.references or wanted in exchange.references or not title_goes_on(answer, span):
        return False
    full = next((one for one in exchange.references if one.folded.startswith(wanted.folded)), None)
    behind = next((token.text for token in answer.tokens if token.start > span[1]), "")
    if full is None or answer.language.references.company.fullmatch(full.raw) is None:
        return False
    return answer.language.references.company.fullmatch(f"{wanted.raw} {behind}") is None


def _is_other_institution(exchange: Exchange, span: Span) -> bool:
    """Whether a word stands in front of the institution that is wanted: `Technical University of X`."""
    answer, words, said = exchange.answer, exchange.language.entities, exchange.wanted.bare_said
    if said[1:2] != [words.part_of] or said[0] not in words.of_institution:
        return False
    place = next((one for one in reversed(answer.tokens) if one.text == said[0] and one.start <= span[0]), None)
    before = None if place is None else _word_before(answer, (place.start, place.end))
    if before is None or before in exchange.question.words or before in answer.language.words.stop:
        return False
    return before in names_within(answer)


def _is_name(exchange: Exchange) -> bool:
    return bool(names_within(exchange.wanted))


def _around(answer: Text, span: Span) -> tuple[str, str]:
    return answer.folded[max(0, span[0] - _REACH) : span[0]], answer.folded[span[1] : span[1] + _REACH]


_READINGS = (_is_qualified, _is_compound, _is_related, _is_other_name, _is_longer, _is_tied_word)


def _names_another(exchange: Exchange, place: Place) -> str | None:
    if place is None:
        return None
    if is_other_version(exchange.answer, exchange.question, exchange.wanted, place):
        return f"names another version than '{exchange.wanted.raw}'"
    if not names_another(exchange, place):
        return None
    return f"names another thing than '{exchange.answer.folded[slice(*place)]}' alone"


OTHER_ENTITY = Guard(
    option="other_entity",
    rejects=_names_another,
    examples=(
        Example("What is her job?", "president", "She is the vice president.", False),
        Example("Which country hosts the cup?", "Korland", "South Korland", False),
        Example("Who keeps the light?", "Oda Ferrant", "Oda Ferrant's brother", False),
        Example("Who keeps the light?", "Tom Ferrant", "Tom Ferrant Jr.", False),
        Example("What is it?", "flammable", "It is non-flammable.", False),
        Example("What is the title of her novel?", "The Grey Sea", "The Grey Sea and Other Stories", False),
        Example("Who is she?", "director", "the assistant to the director", False),
        Example("Where did she study?", "University of Vellmora", "Technical University of Vellmora", False),
        Example("Where did she study?", "University of Vellmora", "at the University of Vellmora in Tarsk", True),
        Example("Which editor is it?", "Orla Studio", "Orla Studio Code", False),
        Example("Which country won?", "Guinea", "Guinea-Bissau", False),
        Example("Which lover poisons himself?", "Oda", "The story of Oda and Pell is a tragic tale.", False),
        Example("Which lover poisons himself?", "Oda", "In Oda and Pell, Oda poisons himself.", True),
        Example("Whose brother is the keeper?", "Oda Ferrant", "He is the brother of Oda Ferrant.", True),
        Example("What is the title of her novel?", "The Grey Sea", "The Grey Sea, a story of the north", True),
        Example("Which country hosts the cup?", "Korland", "It is in the south, in Korland.", True),
        Example("Which version is it?", "v2.1", "v2.10", False),
        Example("What is her job?", "nurse", "a nursing assistant", False),
    ),
)
