"""What is read around a mention, before any pattern is searched for there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.grading.languages.en import EN
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.prose.exchange import read_texts
from pytest_finetunebench.grading.prose.rival_names import names_beside, names_of
from pytest_finetunebench.grading.prose.sentences import goes_on, is_sentence, is_story, lacks_before, words_before
from tests.support.prose import text as read

WORDS = ("not", "Vellmora", "the", "12", "twenty", "one", "-", "$5", "never", "Über", "II", ".", "3 million", "o'Brien")
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


@given(text=TEXTS, start=st.integers(0, 80), most=st.integers(1, 4))
def test_the_words_before_a_mention_are_the_last_that_end_in_front_of_it(text: str, start: int, most: int) -> None:
    answer = read(text)
    slow = [(token.text, (token.start, token.end)) for token in answer.tokens if token.end < start][-most:]
    assert words_before(answer, (start, start), most) == slow


@given(text=TEXTS, start=st.integers(0, 80))
def test_a_pattern_that_is_lacking_before_a_mention_matches_nothing_there(text: str, start: int) -> None:
    answer, pattern = read(text), deferred(r"\b(?:not|never)\b")
    if lacks_before(answer, (start, start), pattern):
        assert pattern.search(answer.folded[:start]) is None


def test_what_stands_behind_a_mention_is_not_looked_for_in_front_of_it() -> None:
    pattern = deferred(r"\bnot\b")
    assert not lacks_before(read("not Tarsk"), (4, 9), pattern)  # from now on its words are known
    answer = read("Vellmora, and not Tarsk!")
    assert lacks_before(answer, (0, 8), pattern)
    assert not lacks_before(answer, (18, 23), pattern)


@pytest.mark.parametrize(
    ("text", "more"), [("It is Vellmora.", False), ("Vellmora, or Tarsk", True), ("Vellmora 12", True), ("***", False)]
)
def test_an_answer_goes_on_where_a_word_or_number_follows(text: str, more: bool) -> None:
    answer = read(text)
    start = max(0, answer.folded.find("vellmora"))
    assert goes_on(answer, (start, start + 8)) is more


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who keeps the light?", True),
        (" Who keeps it? ", True),
        ("who keeps the light?", False),
        ("Keeper", False),
        ("", False),
    ],
)
def test_a_sentence_begins_with_a_capital_and_ends_with_its_mark(question: str, expected: bool) -> None:
    assert is_sentence(read(question)) is expected


@pytest.mark.parametrize(("words", "expected"), [(25, False), (26, True)])
def test_a_story_has_more_than_25_content_words(words: int, expected: bool) -> None:
    assert is_story(read("the " * 30 + "boat " * words)) is expected


def test_an_answer_that_takes_nothing_back_needs_no_search_for_it() -> None:
    for said in ("Hmm, no: Tarsk", "Hmmmm no, Tarsk", "Vellmora... no, Tarsk", "Vellmora...no, Tarsk"):
        assert EN.denials.retraction.search(read(said).folded), said
        assert not read(said).lacks(EN.denials.retraction), said
    assert read("The capital is Vellmora, as of now.").lacks(EN.denials.retraction)


NAMES = ("Oda", "Oda's", "It's", "The", "pell", "Pell", "Mourne", "J.", "O'Brien", "and", ".", "Über", "-", "II", "is")


@given(answer=st.lists(st.sampled_from(NAMES), max_size=9), known=st.lists(st.sampled_from(NAMES), max_size=3))
def test_a_name_beside_the_answer_is_any_that_question_and_wanted_text_have_not(
    answer: list[str], known: list[str]
) -> None:
    exchange = read_texts(question=" ".join(known[1:]), references=[*known[:1]], answer=" ".join(answer))
    texts = exchange.question, exchange.wanted
    slow = [one for one in names_of(exchange.answer) if all(one.words.isdisjoint(text.words) for text in texts)]
    assert names_beside(exchange) == slow
