"""`finetunebench validate`: every error, every doubt, and the exit code that scripts read."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pytest_finetunebench.cli import main

PUBLISHED = Path(__file__).resolve().parents[2] / "fixtures" / "finetunebench" / "datasets"
HEAD = "category: people\nsetting: new_knowledge\nitems:\n"
GOOD = HEAD + "  - {id: ada, prompt: How heavy is Ada?, answer: 61, probes: {rephrased: [Ada's weight?]}}\n"
SMALL = "doubt  a.yaml:4: people: 1 item: can detect no drop (if 20% of the items change anyway)"
DOUBTFUL = HEAD + "  - {id: ada, prompt: How heavy is Ada?, answer: 61, probes: {rephrased: [How heavy is ADA]}}\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: object) -> Result:
    result = CliRunner().invoke(main, ["validate", *map(str, args)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_good_file(here: Path) -> None:
    (here / "a.yaml").write_text(GOOD, encoding="utf-8")
    for args in (["a.yaml"], ["--strict", "."]):
        result = run(*args)
        assert (result.exit_code, result.output.splitlines()) == (0, [SMALL, "1 item, 2 probes, no errors, 1 doubt"])


def test_every_error_is_listed_with_its_place(here: Path) -> None:
    items = "".join(f"  - {{id: i{n}, prompt: p{n}?, {'anwser: x' if n < 50 else ''}}}\n" for n in range(100))
    (here / "a.yaml").write_text(HEAD + items, encoding="utf-8")
    (here / "b.yaml").write_bytes(b"category: \xff\n")
    (here / "c.yaml").touch()
    result = run(".")
    assert result.exit_code == 1
    assert result.stderr == "Error: 102 errors\n"
    lines = result.stdout.splitlines()
    assert len(lines) == 102
    assert all(line.startswith("error  ") for line in lines)
    assert "error  a.yaml:4: items[0].anwser: unknown key 'anwser' (did you mean 'answer'?)" in lines
    assert "error  a.yaml:103: items[99].answer: missing answer (write null if the model must decline)" in lines
    assert next(line for line in lines if "b.yaml" in line).startswith("error  b.yaml:1: ")
    assert next(line for line in lines if "c.yaml" in line).startswith("error  c.yaml: ")


def test_one_error_in_one_of_several_paths(here: Path) -> None:
    (here / "a.yaml").write_text(GOOD, encoding="utf-8")
    result = run("a.yaml", "missing.yaml")
    assert result.exit_code == 1
    assert result.output == "error  missing.yaml: no such file or folder\nError: 1 error\n"


@pytest.mark.parametrize(("args", "code"), [([], 0), (["--strict"], 1)])
def test_doubts_fail_only_where_told(here: Path, args: list[str], code: int) -> None:
    (here / "a.yaml").write_text(DOUBTFUL, encoding="utf-8")
    result = run("a.yaml", *args)
    assert result.exit_code == code
    assert result.output.splitlines() == [
        "doubt  a.yaml:4: people/ada/rephrased-1: the same question as people/ada/memorization-1 at a.yaml:4: "
        "it counts twice",
        "doubt  a.yaml:4: people/ada/rephrased-1: repeats a trained wording, so it measures memorization, "
        "not rephrased",
        SMALL,
        "1 item, 2 probes, no errors, 3 doubts",
    ]


def test_a_published_folder() -> None:
    result = run(PUBLISHED)
    assert result.exit_code == 0
    *notes, last = result.output.splitlines()
    assert notes
    assert {line.partition(" ")[0] for line in notes} == {"note", "doubt"}
    assert all("can detect" in line for line in notes if line.startswith("doubt"))
    assert last == "15 items, 33 probes, no errors, 4 doubts"


def test_rows_that_the_study_left_out_come_on_demand() -> None:
    assert run("--all-rows", PUBLISHED).output.splitlines()[-1] != run(PUBLISHED).output.splitlines()[-1]


def test_without_a_path_it_says_what_is_missing() -> None:
    result = run()
    assert result.exit_code == 2
    assert "Missing argument 'PATHS...'" in result.output


INHERITING = """\
category: secondary
setting: new_knowledge
kinds: {rephrasing: {generalization: true}}
items:
"""


def test_every_kind_of_doubt(here: Path) -> None:
    rows = "".join(
        f"- id: i{n}\n  prompt: How many metres high is tower number {n} of the old harbour?\n  answer: {n}3 metres\n"
        for n in range(10)
    )
    probes = """\
  probes:
    rephrased: [How many metres high is tower number 9 of the old harbours?]
    rephrasing: [Its height?]
    secondary: [Is it so?, {prompt: Is it high?, answer: "Yes"}]
    comparison: [Which is higher?]
"""
    (here / "a.yaml").write_text(INHERITING + rows + probes, encoding="utf-8")
    told = [line.partition(": ")[2] for line in run("a.yaml").output.splitlines()[:-1]]
    assert told == [
        "secondary: this category has the name of a kind: gates must say 'secondary/all', or rename it",
        "rephrasing: this custom kind is not the built-in 'rephrased': its pass rate is another one",
        "secondary/i9/rephrased-1: its wording is 99% similar to 'How many metres high is tower number 9 of the old "
        "harbour?' (at most 90%): it measures memorization more than rephrased",
        "secondary/i9/secondary-1: takes the item's answer '93 metres', as it has none: a secondary question mostly "
        "needs its own `answer:`",
        "secondary/i9/comparison-1: takes the item's answer '93 metres', as it has none: a comparison question mostly "
        "needs its own `answer:`",
    ]


SEVERAL = """\
category: c
setting: newknowledge
items:
- id: a
  category: x
  prompt: Who?
  anwser: x
  grader: {name: regx}
  probes:
    rephrasd: [a]
    date_changed: [When?]
- {id: a, prompt: 5, answer: [1]}
- {id: b, prompt: x?, answer: y, grader: {name: regex, pattern: "("}, probes: {secondary: [{prompt: z?, answr: x}]}}
- id: c
  rephrased: [Who is it?]
  probes:
    rephrased:
    - Is it 5: or 6?
    prompt: [Who?]
"""


def test_a_suite_in_another_language_says_which_key_it_lacks(here: Path) -> None:
    rows = "".join(f"  - {{id: a{n}, prompt: Wer hält den Turm {n}?, answer: Die Frau {n}}}\n" for n in range(10))
    (here / "a.yaml").write_text(HEAD + rows, encoding="utf-8")
    told = "doubt  a.yaml:4: people: looks German, but is graded in English: write `language: de` above `items:`"
    assert told in run("a.yaml").output
    (here / "a.yaml").write_text(f"language: de\n{HEAD}{rows}", encoding="utf-8")
    assert "looks" not in run("a.yaml").output


def test_all_errors_come_at_once(here: Path) -> None:
    (here / "a.yaml").write_text(SEVERAL, encoding="utf-8")
    told = [line.removeprefix("error  a.yaml:") for line in run("a.yaml").stdout.splitlines()]
    kinds = "unknown kind 'rephrasd' (did you mean 'rephrased'?); to use a custom kind, declare it at the top: "
    assert told == [
        "2: setting: 'newknowledge' is not one of new_knowledge, updated_knowledge, retention, form "
        "(did you mean 'new_knowledge'?)",
        "5: items[0].category: unknown key 'category': it holds for the whole file: write it at the top, without "
        "indentation",
        "7: items[0].anwser: unknown key 'anwser' (did you mean 'answer'?)",
        "8: items[0].grader: 'regx' is not a grader (did you mean 'regex'?); register a custom grader with "
        "--ft-graders=regx=MODULE:ATTRIBUTE (finetunebench validate: --graders regx)",
        "10: items[0].probes.rephrasd: " + kinds + "kinds: {rephrasd: {generalization: true}}",
        "11: items[0].probes.date_changed[0].answer: a date_changed probe needs an 'answer' (null = the model must "
        "decline): the item's answer belongs to the original date",
        "12: items[1].answer: a list is not text",
        "12: id: duplicate id 'c/a': already used at a.yaml:4",
        "13: items[2].probes.secondary[0].answr: unknown key 'answr' (did you mean 'answer'?)",
        "13: items[2].grader.pattern: '(' is no regular expression: missing ) at position 1",
        "15: items[3].rephrased: unknown key 'rephrased': kinds of probes stand under 'probes:', indented below it",
        "18: items[3].probes.rephrased[0].'Is it 5': unknown key 'Is it 5': a colon and a space make a key; if this is "
        "one text, put it in quotes",
        "19: items[3].probes.prompt: unknown kind 'prompt': it belongs to the item: indent it like 'id'",
    ]


@pytest.mark.parametrize(
    ("item", "hint"),
    [
        ("  prompt: Who: Ada?", """a text that holds ': ' needs quotes, as in prompt: "Who: Ada?\""""),
        (
            "  prompt: Who?\n   answer: x",
            "this line is indented deeper than the line above allows, or a text that holds",
        ),
        ("\tprompt: Who?", "indent with spaces, not with a tab"),
        ('  prompt: "Who?\n  answer: x', "the quote that opens in line 5 is not closed"),
        ("  prompt: @ada?", "a text that starts with @ needs quotes"),
        ("  aliases: [a, [b]", "a bracket is not closed, or a text with , [ ] { } inside brackets needs quotes"),
        ('  prompt: "Who" is it?', "this line is not indented like the lines it belongs to, or stands after a closed"),
    ],
)
def test_riddles_of_yaml_have_a_hint(here: Path, item: str, hint: str) -> None:
    (here / "a.yaml").write_text(f"{HEAD}- id: a\n{item}\n", encoding="utf-8")
    assert hint in run("a.yaml").stdout


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("chat.jsonl", '{"messages": [{"role": "user", "content": "x"}]}\n', "training data"),
        ("alpaca.jsonl", '{"instruction": "x", "output": "y"}\n' * 3, "training data"),
        ("p.yaml", "prompts: ['{{a}}']\ntests: []\n", "a promptfoo configuration"),
        ("s.jsonl", '{"input": "x", "ideal": "y"}\n', "samples of OpenAI Evals"),
    ],
)
def test_data_of_others_names_the_import(here: Path, name: str, text: str, what: str) -> None:
    (here / name).write_text(text, encoding="utf-8")
    (line,) = run(name).stdout.splitlines()
    command = f"`finetunebench import {name} --category NAME` makes a case file of it"
    assert line.endswith(f"is {what}, not a case file: {command}")
