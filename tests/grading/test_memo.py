"""What is kept of texts that were read stays small, and the cheap ways to read give what the whole ways give."""

from __future__ import annotations

import gc
import tracemalloc
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.errors import one_line
from pytest_finetunebench.grading.finding import quoted, shown
from pytest_finetunebench.grading.grade import grade
from pytest_finetunebench.grading.languages.en import EN
from pytest_finetunebench.grading.languages.english import words as stems
from pytest_finetunebench.grading.languages.known import language_of
from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.grading.text.folding import fold
from pytest_finetunebench.grading.text.phrases import Text, occurrences
from pytest_finetunebench.grading.text.pieces import take_apart
from pytest_finetunebench.grading.text.said import marked, said_in, words_alone
from pytest_finetunebench.grading.text.tokens import tokenise
from pytest_finetunebench.grading.values import clock
from tests.support.prose import answer, declines

MEGABYTE = 1_000_000
PIECES = (
    *[
        "the",
        "a",
        "an",
        "of",
        "and",
        "or",
        "Paris",
        "Rhine",
        "two",
        "hundred",
        "five",
        "first",
        "III",
        "million",
        "k",
        "m",
        "b",
        "point",
        "half",
        "quarter",
        "noon",
        "oneo'clock",
    ],
    *[
        "o'clock",
        "Dr.",
        "U.S.",
        "J.R.R.",
        "u.s.a",
        "x.y",
        "12",
        "1,500",
        "1.5",
        "12",
        "500",
        "3rd",
        "$",
        "%",
        "&",
        "£",
        "é",
        "Øre",
        "bce",
        "aether",
        "catcher",
        "Bob's",
        "it's",
    ],
    *[
        ".",
        ",",
        ";",
        ":",
        "!",
        "?",
        "-",
        "_",
        "'",
        "''",
        '"',
        "(",
        ")",
        "[",
        "]",
        "/",
        "\\",
        "`",
        "*",
        "#",
        "@",
        "\n",
        "\t",
        "\x00",
        "\x1f",
    ],
    "",
    " ",
)
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=6).map("".join),
    st.text(max_size=20),
    st.text(st.characters(max_codepoint=127), max_size=20),
)


def probe(number: int) -> tuple[Probe, Completion]:
    """Return a probe with a question and a reference of its own, and the right answer to it."""
    prompt, answer = [
        (f"Question {number}?", f"echo: Question {number}?"),
        (f"What is the capital of Land{number}ia?", "City" + "".join(chr(97 + int(digit)) for digit in str(number))),
        (f"When was Person{number} born?", f"{number % 28 + 1} March {1000 + number % 1000}"),
        (f"How many people live in Town{number}?", f"{number}.5 million"),
    ][number % 4]
    made = Probe(
        id=f"a/b{number}/rephrased-1",
        category="a",
        item=f"b{number}",
        kind="rephrased",
        setting="new_knowledge",
        generalization=True,
        prompt=prompt,
        answer=answer,
        place=Place(file="cases.yaml"),
    )
    return made, Completion(text=answer)


def test_ten_thousand_probes_leave_at_most_three_megabytes() -> None:
    pairs = [probe(number) for number in range(10_000)]
    for one, completion in pairs[:8]:
        assert grade(one, completion).outcome is Outcome.CORRECT
    gc.collect()
    tracemalloc.start()
    try:
        for one, completion in pairs:
            grade(one, completion)
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 3 * MEGABYTE


def test_a_verdict_does_not_depend_on_what_was_read_before() -> None:
    pairs = [probe(number) for number in range(400)]
    before = [grade(*pair) for pair in pairs]
    assert [grade(*pair) for pair in reversed(pairs)] == before[::-1]


@given(texts)
def test_what_is_said_is_what_the_tokens_say(text: str) -> None:
    folded = fold(text, EN)
    pieces = take_apart(folded, EN.numbers)
    said = None if pieces is None else said_in(pieces, EN.numbers)
    assert said is None or said == list(map(marked, tokenise(folded, EN.numbers, None)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Bob's 2nd R&D car", ["bob", "\x012\x01", "r", "and", "d", "car"]),
        ("one of the first in 1,960.50", ["\x011\x01", "of", "the", "\x011\x01", "in", "\x011960.5\x01"]),
        ("the million", ["the", "million"]),
        ("won 7-0", ["won", "\x017\x01", "\x010\x01"]),
        *[
            (text, None)
            for text in ("U.S.", "twenty one", "2 million", "a million", "two hundred and five", "two point one")
        ],
    ],
)
def test_numbers_in_several_words_are_not_read_without_places(text: str, said: list[str] | None) -> None:
    pieces = take_apart(fold(text, EN), EN.numbers)
    assert (None if pieces is None else said_in(pieces, EN.numbers)) == said


@pytest.mark.parametrize("text", ["Paris", "the Rhine, in Basel", "St. Louis (Missouri)", "spider-man; a_c"])
def test_names_are_plain_words(text: str) -> None:
    assert Text(text, EN).is_plain


@pytest.mark.parametrize(
    "text", ["U.S.", "Bob's", "twenty", "5", "5 million", "the million", "R&D", "100%", "東", "", "?"]
)
def test_what_takes_more_than_words_is_not_plain(text: str) -> None:
    assert not Text(text, EN).is_plain


@given(texts)
def test_a_text_in_pieces_is_read_as_any_text(text: str) -> None:
    folded = fold(text, EN)
    assert tokenise(folded, EN.numbers, take_apart(folded, EN.numbers)) == tokenise(folded, EN.numbers, None)


@given(texts)
def test_runs_are_the_joined_tokens(text: str) -> None:
    read = Text(text, EN)
    assert (read.run, read.bare_run) == ("".join(map(marked, read.tokens)), "".join(map(marked, read.bare)))
    assert Text(text, EN).places == [(token.start, token.end) for token in read.tokens]
    assert read.said == [token.text for token in read.tokens]
    assert read.words == set(read.said)
    assert read.has_value is any(token.value is not None for token in read.tokens)
    assert [token for token in read.tokens if token in read.bare] == [*read.bare]


@given(texts, texts)
def test_a_phrase_is_found_in_an_answer_that_is_it(text: str, other: str) -> None:
    read, phrase = Text(f"{other} {text}", EN), Text(text, EN)
    for start, end in occurrences(read, phrase):
        assert phrase.said == [token.text for token in read.tokens if start <= token.start < end] or (
            read.part(read.folded[start:end]).bare_run == phrase.bare_run
            or read.part(read.folded[start:end]).run == phrase.run
        )


@given(texts)
def test_a_time_of_day_holds_a_digit_or_an_hour(text: str) -> None:
    read = Text(text, EN)
    if list(clock.times(read)):
        assert any(map(read.folded.__contains__, EN.clock.needed)) or clock._DIGIT.search(read.folded)


@given(st.one_of(texts, st.text()), st.booleans())
def test_what_is_shown_is_one_line(text: str, padded: bool) -> None:
    text = f" {text}" if padded else text * 20
    assert shown(text) == one_line(text[:1000], 200)
    assert quoted(text) == f"'{one_line(text[:1000], 80)}'"


def slow_stem(word: str) -> str:
    """Return the stem with every ending tried in order."""
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word
    word = word.replace("our", "or")
    for endings in (stems._INFLECTIONS, stems._DERIVATIONS):
        for ending in endings:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                word = word[: len(word) - len(ending)] + ending[:-2] * (ending[-3:] in ("hes", "ses", "xes", "zes"))
                break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


@given(
    st.text("abeilnorstu", max_size=6),
    st.lists(st.sampled_from((*stems._INFLECTIONS, *stems._DERIVATIONS)), max_size=3).map("".join),
)
def test_the_first_ending_in_order_goes(root: str, endings: str) -> None:
    assert stems.stem(root + endings) == slow_stem(root + endings)


def test_what_is_found_about_a_text_is_found_once_and_goes_with_it() -> None:
    asked: list[str] = []

    @once_per_text
    def found(text: Text) -> str | None:
        """Say what it is."""
        asked.append(text.raw)
        return None

    one, other = Text("Paris", EN), Text("Paris", EN)
    assert (found(one), found(one), found(other), asked) == (None, None, None, ["Paris", "Paris"])
    assert found.__doc__ == "Say what it is."
    gone = weakref.ref(one)
    del one
    assert gone() is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Paris", ["paris"]),
        (" Ada  Brook\n", ["ada", "brook"]),
        ("the Rhine, in (upper) Basel.", ["the", "rhine", "in", "upper", "basel"]),
        ("St. Louis; Spider-Man", ["st", "louis", "spider", "man"]),
    ],
)
def test_words_alone_are_said_as_they_are_written(text: str, said: list[str]) -> None:
    assert words_alone(text, EN.numbers) == said == [token.text for token in Text(text, EN).tokens]


@pytest.mark.parametrize(
    "text",
    [
        *["", " ", "?", "twenty", "World War II", "a million", "Bob's", "aether", "Zoë", "5", "R&D", "U.S.", "x.y"],
        *["a_c", "100%", "<b>bold</b>", "`code`", "*bold*", "\\alpha", "$x$"],
    ],
)
def test_other_texts_are_no_words_alone(text: str) -> None:
    assert words_alone(text, EN.numbers) is None


def test_an_answer_is_read_once_and_a_short_one_as_its_reference() -> None:
    assert answer("Paris") is answer("Paris")
    long = "Paris " * 100
    assert answer(long) is answer(long)
    assert len(answer("a" * 200_000).raw) == 100_000


@pytest.mark.parametrize("text", ["It's not mentioned.", "It hasn't happened yet", "Ce n'est pas su"])
def test_a_refusal_phrase_may_begin_with_an_apostrophe(text: str) -> None:
    assert declines(text) is (text != "Ce n'est pas su")


@pytest.mark.parametrize("code", ["ar", "de", "en", "es", "fr", "hi", "ja", "zh"])
def test_articles_carry_no_answer(code: str) -> None:
    words = language_of(code).words
    assert words.articles <= words.stop


@given(texts)
def test_content_is_what_is_said_with_meaning(text: str) -> None:
    read = Text(text, EN)
    assert read.content_said == [token.text for token in read.content]
    assert read.known == {key for keys in read.keys for key in keys}
    assert read.content_known <= read.known
