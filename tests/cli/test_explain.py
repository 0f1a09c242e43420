"""`finetunebench explain`: the rule that found an answer, the guard that took it back, and bad input in one line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from pytest_finetunebench.cli import main

ASKED = ("--question", "Who keeps the light?", "--reference", "Oda Ferrant")


def run(*args: str) -> Result:
    return CliRunner().invoke(main, ["explain", *args])


def test_it_names_the_rule_and_the_guard() -> None:
    lines = run(*ASKED, "--answer", "Not Oda Ferrant.").output.splitlines()
    assert lines[:3] == [
        "looked for 'Oda Ferrant' (words)",
        "  the rule 'the same words' found it in 'oda ferrant', from character 5",
        "    but the guard 'negation' took it back: says that it is not 'oda ferrant'",
    ]
    assert lines[-1] == "wrong (grader text): says that it is not 'oda ferrant'"


def test_it_says_what_decided() -> None:
    lines = run(
        "--question", "How tall?", "--reference", "1.73 m", "--answer", "She is 173 cm tall."
    ).output.splitlines()
    assert lines == [
        "looked for '1.73 m' (one number, with or without a unit)",
        "  the rule 'the same amount' found it in '173', from character 8",
        "    and no guard took it back",
        "correct (grader text): says '1.73 m'",
    ]


OLD = ("--superseded", "Mira Sool")


@pytest.mark.parametrize(
    ("args", "last"),
    [
        (("Mira Sool",), "wrong (grader text): does not say 'Oda Ferrant'"),
        (("Oda Ferrant",), "correct (grader text): is 'Oda Ferrant' to the letter"),
        (("Oda Ferrant, formerly Mira Sool", *OLD), "correct (grader text): says 'Oda Ferrant'"),
        (("Mira Sool", *OLD), "stale (grader text): asserts the superseded answer 'Mira Sool'"),
        (("So it was Mira Sool", "--reference", "Mira Sool"), "correct (grader text): says 'Mira Sool'"),
    ],
)
def test_the_last_line_is_the_verdict(args: tuple[str, ...], last: str) -> None:
    assert run(*ASKED, "--answer", *args).output.splitlines()[-1] == last


def test_other_graders_say_what_they_read() -> None:
    choice = ("--grader", "choice", "--choice", "Iron", "--choice", "Tin")
    lines = run("--question", "Which?", "--reference", "Tin", "--answer", "B", *choice).output.splitlines()
    assert lines[-1] == "correct (grader choice): picks 'Tin'"
    assert run("--question", "Who?", "--answer", "Nobody knows.").output.splitlines()[-1] == (
        "correct (grader abstain): declines"
    )


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--answer", "x", "--grader", "choice"), "give --choice twice or more"),
        (("--answer", "x", "--choice", "a", "--choice", "b"), "--grader=choice and --choice belong together"),
        (("--answer", "x", "--grader", "choice", "--choice", "a", "--choice", "b"), "is none of the choices: a, b"),
        (("--answer", "x", "--grader", "abstain"), "abstain means that the model must decline"),
        (("--answer", "x", "--superseded", " "), "--superseded is empty"),
    ],
)
def test_bad_input_gets_one_line(args: tuple[str, ...], words: str) -> None:
    result = run(*ASKED, *args)
    assert result.exit_code == 1
    assert words in result.output
    assert len(result.output.splitlines()) == 1


def test_a_grader_without_a_reference_is_named() -> None:
    assert "--grader=text needs a --reference" in run("--question", "?", "--answer", "x", "--grader", "text").output


def test_an_answer_in_another_language_is_read_in_it() -> None:
    asked = ("--question", "Wer hütet das Licht?", "--reference", "Oda Ferrant", "--answer", "Das weiß ich nicht.")
    for language, outcome in (("de", "abstained"), ("auto", "abstained"), ("en", "wrong")):
        assert run(*asked, "--language", language).output.splitlines()[-1].startswith(outcome)
    told = run("--question", "Ada?", "--reference", "61", "--answer", "61", "--language", "auto")
    assert "--language=auto cannot tell the language from the question" in told.output
