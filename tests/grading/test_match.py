"""The default comparison: each rule and guard by example, and what must hold for any text."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_finetunebench.cases.grader_options import Guards
from pytest_finetunebench.grading.finding import Finding
from pytest_finetunebench.grading.prose.match import ways_to_say
from tests.support.prose import compare_answer
from tests.support.prose import text as read

ANY_TEXT = st.text(st.characters(codec=None), max_size=200)


def compare(reference: str, response: str, question: str = "What is it?", **options: Any) -> Finding:
    return compare_answer(question, [reference], response, **options)


@pytest.mark.parametrize(
    "text", ["Vellmora", "none", "\N{NEGATIVE SQUARED LATIN CAPITAL LETTER E}", "Ada, not Bo", "?"]
)
def test_a_reference_to_the_letter_is_right_whatever_it_says(text: str) -> None:
    question = f"Is it {text}, and not {text}?"
    found = compare_answer(question, ("Sundby", text), f" {text}\n")
    assert found[:3] == (True, text, f"is '{text}' to the letter")
    assert compare_answer(question, (f"{text}x",), text).met is not True


@pytest.mark.parametrize(
    ("reference", "response"),
    [
        # typography
        ("São Tomé", "It is Sao Tome."),
        ("O'Neill Bridge", "the O’Neill bridge"),
        ("Spider-Man", "It's Spiderman!"),
        ("rock and roll", "rock & roll"),
        ("J.R.R. Halvorsen", "J. R. R. Halvorsen wrote it"),
        ("the Golden Hind", "Golden Hind"),
        ("Lindgrenhus", "She was born inLindgrenhus."),
        ("*", "It is the asterisk (*)."),
        # numbers in words, ordinals, roman numerals
        ("Article Two", "Article II of the statute"),
        ("Gustav the Third", "King Gustav III"),
        ("21", "twenty-one"),
        ("205 ships", "two hundred and five ships"),
        ("the 3rd amendment", "the third amendment"),
        # other words
        ("Allied operations in the north", "They were operations in the north by the allied forces"),
        ("lubricates the heart", "It provides lubrication for the heart."),
        ("a pH indicator", "pH indicator"),
        ("volcanic eruption", "It was caused by volcanic eruptions."),
        ("aluminium production", "the production of aluminum"),
        # alternatives and lists
        ("tibia (shin bone)", "The shin bone"),
        ("Prince Olav (accept Duke of Sund)", "the Duke of Sund"),
        ("The North Sea Commission or NSC", "NSC"),
        ("salt, pepper and thyme", "Thyme, salt & pepper"),
        ("the drama series Kestrel Bay", "It comes from Kestrel Bay."),
        ("Brandr, who won it in 1923", "It was the horse Brandr."),
        ("Vik, Anna", "Anna Vik"),
        ("the Republic of Tecala", "a fictional country called Tecala"),
        ("in the Gospel of Luke", "Luke 11:2-4"),
        ("Northern Light Holdings Inc.", "It was bought by Northern Light Holdings, said the chairman of the board."),
        # abbreviations
        ("Department of Motor Vehicles", "at the local DMV"),
        ("DMV", "your local Department of Motor Vehicles"),
        ("Lake War II", "It was fought in LWII."),
        ("Gap 0", "It is called the G0 phase."),
        # spelling
        ("Pangaeon", "Pangeon"),
        ("Lostakovitch", "It was Lostakovich"),
        ("Montgomer County", "Montgomer and Sund counties"),
        # the first clause cuts the reference short and adds nothing
        ("the KESTNET project", "It was the KESTNET, which was developed in the late 1960s for the navy of the north."),
        ("Sundby Old Town", "It is primarily located in Sundby Town, which lies on the river between two green hills."),
        ("an edible tuber", "It is in the tuber (the thick underground stem of a grown yam plant)."),
        ("7,826,367 people in its core", "7, 826, 367"),
        ("TLS 1.3", "TLS 1. 3"),
        ("Mayfield and its environs", "Mayfield"),
        ("the Geelong Football Club", "Geelong"),
    ],
)
def test_right_in_another_form(reference: str, response: str) -> None:
    assert compare(reference, response).met is True


@pytest.mark.parametrize(
    ("reference", "response"),
    [
        ("Bonohog", "Bonoh"),
        ("Bonoh", "Bonohog"),
        ("Anna Bonohog", "Anna Bonohig"),
        ("1.73", "173"),
        ("7-0", "2-0"),
        ("7-0", "17-0"),
        ("24,000", "84,000"),
        ("400,000 tons", "20,000 tons"),
        ("hepatitis A", "hepatitis B"),
        ("GPT-4", "GPT-4o"),
        ("O(n)", "O(log n)"),
        ("assertEqual", "assertEquals"),
        ("validator", "field_validator"),
        ("salt, pepper and thyme", "salt and thyme"),
        ("recommended for children", "It is not recommended for children"),
        ("Vellmora", "The answer is not **Vellmora**."),
        ("9", "Sure! The answer is not **9**."),
        ("Vellmora", "**Vellmora** is not her home."),
        ("north", "worth"),
        ("Vellmora", "Vellmory"),
        ("Vellmora", "Vellmoro"),
        ("Vellia", "West Vellies"),
        ("Nadia Comăn", "Nadia Comn"),
        ("Department of Motor Vehicles", "those who dmvx"),
        ("Ada Lindqvist", "They live in AL now"),
        ("Lake Sund Authority", "It is run by lsa, the lake"),
        ("", "anything"),
    ],
)
def test_wrong_however_similar(reference: str, response: str) -> None:
    assert compare(reference, response).met is False


@pytest.mark.parametrize(
    ("reference", "response", "met"),
    [
        ("7 million", "7,000,000", True),
        ("$53.6 million", "53,600,000 dollars", True),
        ("$53.6 million", "€53.6 million", False),
        ("$1,577 million", "$1.577B", True),
        ("$400 million", "$400M", True),
        ("$400 million", "$40M", False),
        ("($2.3)", "-$2.3", True),
        ("0.66", "a ratio of 0.66x", True),
        ("3.14", "3.14159", True),
        ("3.14159", "3.14", False),
        ("61 kg", "61.4 kg", False),
        ("1,228 km/h", "763 mph (1,227.986 km/h)", True),
        ("90 yards", "90", True),
        ("5 km", "5000 metres", True),
        ("5 km", "5 kg", False),
        ("20%", "twenty percent", True),
        ("20%", "0.2", True),
        ("20%", "19%", False),
        ("more than 500,000", "over 500, 000 species", True),
        ("-3.2%", "it fell by 3.2%", True),
        ("1985–1993", "from 1985 to 1993", True),
        ("1985–1993", "from 1985 to 1994", False),
        ("6-4, 7-5", "6–4 and 7–5", True),
        ("Two Towers", "two", False),
        # scale letters: a capital is never metres
        ("1,250,000", "1.25M", True),
        ("1.25M", "1.25 million users", True),
        ("1.25M", "1.25 metres", False),
        ("1.25M", "1.25m", True),
        ("125 cm", "1.25m", True),
        ("125 cm", "1.25M", False),
        ("5,000 people", "5K people", True),
        ("$4.2 million", "4.2m dollars", True),
        # thousands apart by spaces and full stops
        ("1,250,000", "1 250 000 people", True),
        ("1,250,000", "1.250.000", True),
        ("1250.50", "1.250,50", True),
        ("1,250,000", "1.250", False),
        ("1250", "1.250", False),
        ("1,25,00,000", "12,500,000", True),
        ("365", "Windows 10 365", True),
        # financial figures
        ("$1.2bn", "1,200 million dollars", True),
        ("$1.2bn", "USD 1.2 billion", True),
        ("$1.2bn", "$1.2 million", False),
        ("€5m", "$5m", False),
        ("US$5m", "A$5m", False),
        ("C$5 million", "$5 million", True),
        ("CHF 5 million", "5 million Swiss francs", True),
        ("3.5 percent", "up 3.5%", True),
        ("3.5 percent", "3.5% a year", True),
        ("25 basis points", "0.25 percentage points", True),
        ("25 basis points", "25bp", True),
        ("0.25%", "by 25 basis points", True),
        ("25 basis points", "25%", False),
        ("1.5 Gbit/s", "1.5 Gbps", True),
        ("1.5 Gbit/s", "1.5 Mbps", False),
    ],
)
def test_quantities_are_compared_as_values(reference: str, response: str, met: bool) -> None:
    assert compare(reference, response).met is met


def test_the_unit_of_a_bare_number_may_come_from_the_fact() -> None:
    fact = "Ada Lindqvist is 173 cm tall."
    assert compare("173", "1.73 m", fact=fact).met
    assert compare("173", "173 pounds", fact=fact).met is False


def test_the_scale_may_come_from_the_question() -> None:
    question = "What was the capital expenditure (in USD millions)?"
    assert compare("$1577.00", "It was $1.577 billion.", question).met
    assert compare("$1577.00", "1,577", question).met
    assert compare("$1577.00", "$1.6 billion", question).met is False


@pytest.mark.parametrize(
    ("reference", "response", "met"),
    [
        ("March 6, 2018", "6 March 2018", True),
        ("March 6, 2018", "2018-03-06", True),
        ("March 6, 2018", "on the 6th of March, 2018", True),
        ("March 2018", "March 6, 2018", True),
        ("2018", "March 6, 2018", True),
        ("March 6, 2018", "March 7, 2018", False),
        ("March 6, 2018", "March 2018", False),
        ("March 6, 2018", "2018", False),
        ("14 and 15 May 1945", "May 14-15, 1945", True),
        ("the 1960s", "November 1961", True),
        ("the 1960s", "1971", False),
        ("the 6th century BC", "in 550 BC", True),
        ("480 BC", "480 AD", False),
        ("the 6th century BCE", "6th century BC", True),
        ("the late 6th century BC", "6th century BC", True),
        ("the late 6th century BC", "the early 6th century BC", False),
        ("the late 1990s", "1998", True),
        ("the late 1990s", "1991", False),
        ("mid-March", "in March", True),
        ("mid-March", "in early March", False),
        ("mid-March 2018", "2018", False),
        ("2001", "It was set in 20011.", True),
        ("2001", "20011", False),
    ],
)
def test_dates_part_by_part(reference: str, response: str, met: bool) -> None:
    assert compare(reference, response, "When was it?").met is met


def test_a_date_may_leave_out_what_the_question_gives_or_does_not_ask() -> None:
    assert compare("March 17, 2018", "March 17", "When is the feast in 2018?").met
    assert compare("March 17, 2018", "2018", "In what year was the feast?").met


def test_a_period_among_the_references_is_right_with_the_years_that_others_give() -> None:
    references = ["in the 1960s", "November 1961"]
    assert compare_answer("When was it?", references, "It was in 1961.").met
    assert compare_answer("When was it?", references, "It was in 1964.").met is False


@pytest.mark.parametrize(
    ("reference", "response", "met"),
    [
        ("Peter Andrew Beards", "Peter Beards was the only one", True),
        ("Peter Beards", "Peter Andrew Beards", True),
        ("Peter A. Beards", "Peter Beards", True),
        ("Sir Ambrose Flem", "Ambrose Flem", True),
        ("Bhim Rao Ambek", "Dr. B.R. Ambek", True),
        ("Daniel Sorrel", "Danny Sorrel", True),
        ("Carlo Di Clem", "Carlo C. DiClem", True),
        ("Charlie Parkes", "Parkes", True),
        ("Charlie Parkes", "Charlie", True),
        ("Charlie Parkes", "Anna Parkes", False),
        ("Peter Andrew Beards", "Peter Thomas Beards", False),
        ("Charlie Parkes", "Charlie Banks", False),
        ("Tom Sundholm", "Thomas Aage Sundholm", True),
        ("Robert Sundholm", "Bob Sundholm", True),
        ("Dom & Vincent", "Vince and Dom Sundholm", True),
        ("Daniel Sundholm", "Daniela Sundholm", False),
        ("Maharaja Aje Singh II", "Sawai Aje Singh II", True),
        ("Maharaja Aje Singh II", "Guru Singh II", False),
    ],
)
def test_names_of_persons(reference: str, response: str, met: bool) -> None:
    assert compare(reference, response, "Who was it?").met is met


@pytest.mark.parametrize(
    ("guard", "reference", "question", "response", "reason"),
    [
        (
            "echo",
            "Tecala",
            "Is Tecala the country of the film or of the story?",
            "film Tecala country story",
            "only repeats the question",
        ),
        (
            "refusal",
            "Presley",
            "Whom did she name her son after?",
            "I'm sorry, I couldn't find any information on that. She has a son named Presley.",
            "declines; the reference is only mentioned",
        ),
        (
            "negation",
            "Sweden",
            "Where is it from?",
            "It is from Norway, not Denmark or Sweden.",
            "says that it is not 'sweden'",
        ),
        (
            "negation",
            "Sweden",
            "Where is it from?",
            "Sweden is not where it is from.",
            "says that it is not 'sweden'",
        ),
        (
            "other_answer",
            "Sweden",
            "Where is it from?",
            "Many think of Sweden. The answer is Norway.",
            "mentions the reference, but names another answer",
        ),
        ("addition", "61", "How heavy is she?", "61 or 64 kg", "gives several figures for one"),
        (
            "addition",
            "43",
            "How many?",
            "There were 43 or 44 in the room on that day.",
            "gives several figures for one",
        ),
        ("negation", "43", "How many?", "not 43 but 50", "says that it is not '43'"),
        ("negation", "Passau", "Whose home?", "Unlike Passau, Vellmora is Ada's.", "says that it is not 'passau'"),
        ("negation", "Passau", "Whose home?", "Vellmora, not Sund, Tecala or Passau.", "says that it is not 'passau'"),
        ("negation", "Passau", "Where is she?", "She no longer lives in Passau.", "says that it is not 'passau'"),
        ("negation", "Passau", "Where is she?", "Passau is no longer her home.", "says that it is not 'passau'"),
        ("negation", "salt", "What is in it?", "It is made without any salt.", "says that it is not 'salt'"),
        ("negation", "salt", "What is in it?", "There is no salt in it.", "says that it is not 'salt'"),
        (
            "past_figure",
            "4%",
            "What is the key rate?",
            "The central bank raised its key rate to 4.25% on Thursday, up from 4%.",
            "gives '4%' as what it was before, beside another figure",
        ),
        (
            "past_figure",
            "$22.1 billion",
            "How much was revenue?",
            "Revenue was $26.4bn, compared with $22.1bn a year earlier.",
            "gives '$22.1bn' as what it was before, beside another figure",
        ),
    ],
)
def test_guards_take_a_mention_back_and_can_be_switched_off(
    guard: str, reference: str, question: str, response: str, reason: str
) -> None:
    found = compare(reference, response, question)
    assert (found.met, found.reason) == (False, reason)
    assert compare(reference, response, question, guards=Guards(**{guard: False})).met is True


def test_the_guard_on_coarse_dates_can_be_switched_off() -> None:
    assert compare("March 6, 2018", "in March 2018", "When?", guards=Guards(coarse_date=False)).met is True
    assert compare("March 6, 2018", "in April 2018", "When?", guards=Guards(coarse_date=False)).met is False


@pytest.mark.parametrize(
    ("reference", "question", "response"),
    [
        ("Sweden", "Where is it from?", "Not only Sweden but all of Scandinavia"),
        ("Vellmora", "Where is Ada's home?", "Unlike Passau, Vellmora is the home of Ada."),
        ("Vellmora", "Where is Ada's home?", "It is not in Passau, Vellmora is her home."),
        ("Vellmora", "Where is Ada's home?", "Unlike Passau, Sund and Vellmora are her homes."),
        ("Vellmora", "Where is Ada's home?", "There is no doubt that it is Vellmora."),
        ("Vellmora", "Where is Ada's home?", "Without a doubt Vellmora"),
        ("Vellmora", "Is it Passau or Vellmora?", "No, Vellmora."),
        ("salt", "What is it made without?", "It is made without salt."),
        ("5", "Which house is it?", "It is house No. 5."),
        ("Sweden", "Where is it from?", "As an AI I do not know for sure. However, it is Sweden."),
        ("Sweden", "Which is bigger, Sweden or Norway?", "Sweden"),
        ("Mars", "Which planet is not a gas giant, Mars or Jupiter?", "Jupiter is, so it is not Jupiter; Mars."),
        ("24", "How many were there?", "more than 24"),
        ("New York", "Where was it?", "New York City"),
        ("Anna Sund", "What is Anna Sund's real name?", "Anna Sund's real name is Anna Sund."),
        (
            "It's not me, it's you",
            "Which album held Not Fair, Him and 22?",
            "Not Fair, Him and 22: It's Not Me, It's You",
        ),
        ("43", "How many were there?", "There were 43 or so people in the room on that day."),
        ("50", "How many were there?", "not 43 but 50"),
        ("$345 million", "What was net income?", "Net income was $345M, or $1.20 per share."),
        ("5 km", "How far is it?", "5 km or 3.1 miles"),
        ("4.25%", "What is the key rate?", "The bank raised its key rate to 4.25% on Thursday, up from 4%."),
        ("4%", "What was the key rate before?", "It was raised to 4.25% on Thursday, up from 4%."),
        ("$22.1bn", "What was revenue in 2022?", "It was $26.4bn in 2023, compared with $22.1bn in 2022."),
        ("1985", "When did it start?", "It ran from 1985 to 1993."),
    ],
)
def test_guards_leave_right_answers_alone(reference: str, question: str, response: str) -> None:
    assert compare(reference, response, question).met is True


LONG = "Stop the infusion at once, give fluids, and start the second line drug within two hours of the reaction"


@pytest.mark.parametrize(
    ("response", "met"),
    [
        (LONG + ".", True),
        (
            "One should stop the infusion, at once give fluids and start the second-line drug within two hours of it.",
            None,
        ),
        ("Wait and see.", None),
    ],
)
def test_a_sentence_that_rules_cannot_decide_needs_a_judge(response: str, met: bool | None) -> None:
    found = compare(LONG, response, "What should be done?")
    assert found.met is met
    assert met or found.reason.startswith("needs a judge: is not word for word 'Stop the infusion")


WORDY = st.lists(
    st.sampled_from(
        ["Ada", "Lindqvist", "blå", "über", "river", "of", "X-ray", "7", "1,200", "3.5", "II", "O'Hara", "and"]
    ),
    min_size=1,
    max_size=5,
).map(" ".join)
FRAMES = ["{}", "The answer is {}", "The answer is {}.", "**{}**", "«{}»!", "({})", '"{}",', "… {}?", "Answer: {}\n"]


@settings(deadline=None)
@given(WORDY, st.sampled_from(FRAMES), st.sampled_from([str, str.upper, str.lower]))
@example("And", "The answer is {}.", str.upper)
def test_the_reference_itself_is_correct_in_any_dress(reference: str, frame: str, case: Any) -> None:
    assert compare(reference, frame.format(case(reference))).met is True


@settings(deadline=None)
@given(ANY_TEXT.filter(str.strip))
@example("&{\x85")
def test_any_reference_is_correct_as_it_is(reference: str) -> None:
    assert compare(reference, reference, "").met is True


LETTERS = "bdfgklmnoprtuv"
INVENTED = st.text(st.sampled_from(LETTERS), min_size=6, max_size=10).map(lambda word: f"Vo{word}o")


@settings(deadline=None)
@given(INVENTED, st.integers(1, 7), st.sampled_from(["", *LETTERS]), st.booleans(), st.sampled_from(FRAMES))
@example("Vellmora", 7, "y", True, "{}")
def test_an_invented_name_with_another_letter_is_never_correct(
    name: str, place: int, letter: str, replaced: bool, frame: str
) -> None:
    other = name[:place] + letter + name[place + replaced :]
    for reference in (name, f"{name} Sund", f"the town of {name}"):
        met = compare(reference, frame.format(reference.replace(name, other))).met
        assert met is (other == name)


@settings(deadline=None)
@given(
    st.integers(0, 10**12), st.integers(0, 10**12), st.sampled_from(["{:,}", "It is {}.", "{} people", "about {:,}"])
)
def test_a_different_number_is_never_correct(wanted: int, said: int, frame: str) -> None:
    for reference in (f"{wanted}", f"{wanted:,}", f"{wanted} people"):
        assert compare(reference, frame.format(said)).met is (wanted == said)


@settings(deadline=None)
@given(st.decimals(0, 10**6, places=2), st.decimals(0, 10**6, places=2))
@example(Decimal("1.73"), Decimal("173"))
def test_a_different_decimal_is_never_correct(wanted: Decimal, said: Decimal) -> None:
    assert compare(str(wanted), f"It is {said}").met is (wanted == said)


@settings(deadline=None)
@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_comparing_never_raises_and_is_deterministic(question: str, reference: str, response: str) -> None:
    found = compare(reference, response, question)
    assert found.reason
    assert compare(reference, response, question) == found


ATTACKS = [
    "a", "a ", "1", "1,", "1.", "1-", "$1 ", "not ", "i ", "no ", "\n", "6'1 ", "14 and ", "march ", "the answer is ",
    "A.", "a'", "_a", "(", "xi ", "one hundred ", "twenty ", "Ada ", "aB", "9 of ", "%", "́", "there is no a-a ",
    "1 000 ", "1.000.", "43 or ", "A.B", "ABL ", "late ", "ae", "4% from ",
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_time_grows_with_length_only(attack: str) -> None:
    questions = ("Who was it?", "When was it?", "Is it not?")
    start = time.process_time()
    for reference in ("61 kg", "Ada B Lindqvist", "March 6, 2018", "a b and c", "7-0", "aaaa bbbb cccc", "the 1960s"):
        for question in questions:
            compare(reference, attack * (20_000 // len(attack)) + "!", question)
    assert time.process_time() - start < 6


def test_a_megabyte_is_graded() -> None:
    start = time.process_time()
    compare("Ada Lindqvist", "Lindqvist said it to Bo, and 7 others in May 1990. " * 20_000, "Who was it?")
    assert time.process_time() - start < 10


def test_an_alias_that_differs_from_code_in_a_sign_is_kept() -> None:
    references = ("pydantic_settings", "pydantic-settings")
    for text in ("`pydantic_settings`", "The package pydantic-settings."):
        assert compare_answer("Which package?", references, text).met, text
        assert compare_answer("Which package?", references[::-1], text).met, text
    assert not compare_answer("Which package?", ("pydantic_settings",), "pydantic-settings").met
    assert [one.raw for one in ways_to_say((read("Spider-Man"), read("Spider Man")))] == ["Spider-Man"]
