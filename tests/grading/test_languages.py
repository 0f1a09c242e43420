"""Languages beside English: judged answers in each, and what libraries know of their numbers and dates."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from pytest_finetunebench.cases.languages import LANGUAGES, known_language
from pytest_finetunebench.grading.detect import detect_language, mostly_in
from pytest_finetunebench.grading.languages.en import EN
from pytest_finetunebench.grading.languages.known import language_of
from pytest_finetunebench.grading.languages.lacking import rules_off
from pytest_finetunebench.grading.prose.exchange import read_text
from pytest_finetunebench.grading.values.dates import Date, dates
from tests.support.judged import FOLDER, judged

OTHERS = [code for code in LANGUAGES if code != "en"]
LEAST = 80
"""So many judged answers prove a language."""
BY_KIND = {"correct": 30, "wrong": 25, "abstained": 4}


@pytest.mark.parametrize("code", OTHERS)
def test_judged_answers_get_their_outcome(code: str) -> None:
    assert [fault for row in judged(code) if (fault := row.fault())] == []


@pytest.mark.parametrize("code", OTHERS)
def test_each_language_is_proven_by_enough_answers_of_each_sort(code: str) -> None:
    rows = judged(code)
    assert len(rows) >= LEAST
    counted = Counter(row.outcome for row in rows)
    assert {outcome: counted[outcome] for outcome, least in BY_KIND.items() if counted[outcome] < least} == {}
    assert len({(row.probe.id, row.answer) for row in rows}) == len(rows)


def test_every_language_has_its_file_and_every_file_its_language() -> None:
    assert {file.stem for file in FOLDER.glob("*.yaml")} == set(OTHERS)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_is_found_by_its_code(code: str) -> None:
    assert language_of(code).code == code
    assert language_of(code) is language_of(code)


def test_an_unknown_language_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match=r"'dee' is no known language \(did you mean 'de'\?\): write en \(English\), "):
        known_language("dee")
    with pytest.raises(ValueError, match="no language 'xx': there are en, "):
        language_of("xx")


def test_english_lacks_nothing_and_others_say_what_they_lack() -> None:
    assert rules_off(EN) == ()
    assert "fractions in words" in rules_off(language_of("de"))


SAID = {
    "en": "Where is the lighthouse?",
    "ar": "كم متراً ارتفاع المنارة؟",
    "de": "Wie heißt die Hauptstadt von Korland?",
    "es": "¿Cuántos metros mide el faro?",
    "fr": "Quelle est la capitale de la Korlande ?",
    "hi": "लाइटहाउस कितने मीटर ऊँचा है?",
    "ja": "灯台の高さは何メートルですか？",
    "zh": "灯塔高多少米？",
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_auto_tells_a_language_by_its_words(code: str) -> None:
    assert detect_language(SAID[code]) == code


@pytest.mark.parametrize("text", ["Vellmora", "", "43", "?"])
def test_auto_never_guesses(text: str) -> None:
    assert detect_language(text) is None


NUMBER_WORDS = [line.split("\t") for line in (FOLDER.parent / "number_words.tsv").read_text("utf-8").splitlines()]
"""Language, number, and the number in words as num2words 0.5.14 writes it."""


@pytest.mark.parametrize("code", sorted({code for code, _, _ in NUMBER_WORDS} & set(OTHERS)))
def test_number_words_are_read_as_the_numbers_that_they_are(code: str) -> None:
    wrong = {}
    for language, number, said in NUMBER_WORDS:
        values = [token.value for token in read_text(said, language_of(code)).tokens]
        if language == code and values != [Decimal(number)]:
            wrong[said] = values
    assert wrong == {}


@pytest.mark.parametrize("code", OTHERS)
def test_months_and_marks_are_those_of_the_unicode_consortium(code: str) -> None:
    from babel import Locale

    locale, language = Locale.parse(code), language_of(code)
    if language.words.whole is not None:
        for number in range(1, 13):
            assert dates(read_text(f"1902年{number}月4日", language))[0] == Date(1902, number, 4)
        return
    for width in ("wide", "abbreviated"):
        for form in ("format", "stand-alone"):
            for number, name in locale.months[form][width].items():
                tokens = [token.text for token in read_text(name, language).tokens]
                if code == "fr" and name == "sept.":
                    continue  # it is seven, too
                found = [language.dates.months.get(token) for token in tokens if token in language.dates.months]
                assert found == [number], f"{name}: {tokens}"
    if code == "hi":
        assert [token.value for token in read_text("2,40,000", language).tokens] == [Decimal(240_000)]
    decimal, group = locale.number_symbols["latn"]["decimal"], locale.number_symbols["latn"]["group"]
    for raw, value in ((f"12{decimal}5", "12.5"), (f"24{group}300", "24300"), (f"1{group}234{group}567", "1234567")):
        assert [token.value for token in read_text(raw, language).tokens] == [Decimal(value)], raw


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["Wer hält den Turm?", "Wie hoch ist der Turm?", "Wo ist das Licht?"], ("de", 3)),
        (["Wer hält den Turm?", "Wie hoch ist der Turm?"], None),
        (["Wer hält den Turm?", "Wie hoch ist der Turm?", "Wo ist das Licht?", *["Who keeps the light?"] * 3], None),
        (["Who keeps the light?"] * 5, None),
        (["質問は何ですか"] * 3, ("ja", 3)),
        (["f, [l, d, a, y] -> foo"] * 5, None),
        ([], None),
    ],
)
def test_most_texts_tell_a_language(texts: list[str], found: tuple[str, int] | None) -> None:
    assert mostly_in(texts) == found
