"""Case files in YAML and JSONL: what is asked, and what a person reads about a mistake."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_finetunebench.cases.grader_options import AbstainGrader, AutoGrader, NumberGrader, TextGrader, YesNoGrader
from pytest_finetunebench.cases.names import plain_name
from pytest_finetunebench.cases.schema import case_file_schema
from pytest_finetunebench.cases.suite import Probe, Suite
from pytest_finetunebench.errors import CaseError, Problem
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.loaders.yaml_lines import read_yaml
from pytest_finetunebench.runs.selectors import read_selector

HEAD = "category: people\nsetting: new_knowledge\nitems:\n"
ITEM = "- {id: ada, prompt: How heavy is Ada?, answer: 61}\n"


@pytest.fixture(autouse=True)
def in_tmp_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def load(text: str | bytes, name: str = "a.yaml") -> Suite:
    path = Path(name)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return load_suite([path])


def probes(text: str, name: str = "a.yaml") -> dict[str, Probe]:
    return {probe.id.partition("/")[2]: probe for probe in load(text, name).probes}


def problems(text: str | bytes, name: str = "a.yaml") -> list[str]:
    with pytest.raises(CaseError) as caught:
        load(text, name)
    return [str(problem) for problem in caught.value.problems]


WHOLE = """\
category: Fictional People
setting: new_knowledge
system: Answer with a number.
kinds:
  trivia: {generalization: true}
items:
  - id: Ada's weight
    fact: Ada weighs 61 kilograms.
    prompt: How heavy is Ada?
    answer: 61
    aliases: [61 kg]
    superseded_answers: ["70"]
    grader: {name: number, tolerance: 0.5}
    probes:
      rephrased:
        - What is Ada's weight?
        - prompt: And in kilograms?
          aliases: [sixty-one]
          grader: text
      secondary:
        - {prompt: Is Ada over 70 kg?, answer: No, grader: yes_no}
        - {prompt: Is Ada light?, answer: Yes}
      date_changed: [{prompt: How heavy was Ada in 1850?, answer: null}]
      abstention: [What is Ada's blood type?]
      trivia: [How many kilos are Ada?]
      memorization: [How heavy is Ada now?]
  - {id: "2", system: null, probes: {retention: [{prompt: What is 2+2?, answer: 4}]}}
"""


def test_ids_kinds_and_places() -> None:
    found = probes(WHOLE)
    assert list(found) == [
        "ada-s-weight/memorization-1",
        "ada-s-weight/rephrased-1",
        "ada-s-weight/rephrased-2",
        "ada-s-weight/secondary-1",
        "ada-s-weight/secondary-2",
        "ada-s-weight/date_changed-1",
        "ada-s-weight/abstention-1",
        "ada-s-weight/trivia-1",
        "ada-s-weight/memorization-2",
        "2/retention-1",
    ]
    assert {probe.category for probe in found.values()} == {"Fictional People"}
    assert str(found["ada-s-weight/memorization-1"].place) == "a.yaml:9"
    assert str(found["ada-s-weight/rephrased-2"].place) == "a.yaml:17"
    assert found["ada-s-weight/trivia-1"].generalization
    assert not found["ada-s-weight/memorization-2"].generalization
    assert [str(item.place) for item in load(WHOLE).items] == ["a.yaml:7", "a.yaml:27"]


def test_a_plain_question_inherits_everything_about_the_answer() -> None:
    probe = probes(WHOLE)["ada-s-weight/rephrased-1"]
    assert (probe.answer, probe.aliases, probe.superseded_answers) == ("61", ("61 kg",), ("70",))
    assert probe.grader == NumberGrader(tolerance=0.5)


def test_a_mapping_without_answer_overrides_what_it_names() -> None:
    probe = probes(WHOLE)["ada-s-weight/rephrased-2"]
    assert (probe.answer, probe.aliases, probe.superseded_answers) == ("61", ("sixty-one",), ("70",))
    assert probe.grader == TextGrader()


def test_a_mapping_with_an_answer_inherits_nothing() -> None:
    found = probes(WHOLE)
    probe = found["ada-s-weight/secondary-2"]
    assert (probe.answer, probe.aliases, probe.superseded_answers) == ("Yes", (), ())
    assert probe.grader == AutoGrader()
    assert found["ada-s-weight/secondary-1"].grader == YesNoGrader()


@pytest.mark.parametrize("name", ["date_changed-1", "abstention-1"])
def test_no_answer_means_that_the_model_must_decline(name: str) -> None:
    probe = probes(WHOLE)[f"ada-s-weight/{name}"]
    assert (probe.answer, probe.references, probe.grader) == (None, (), AbstainGrader())


def test_the_system_message_is_the_files_unless_the_item_has_its_own() -> None:
    found = probes(WHOLE)
    assert found["ada-s-weight/rephrased-1"].system == "Answer with a number."
    assert found["2/retention-1"].system is None


def test_probes_of_knowledge_carry_what_was_trained() -> None:
    found = probes(WHOLE)
    trained = (found["ada-s-weight/secondary-1"].trained_prompt, found["ada-s-weight/secondary-1"].trained_answer)
    assert trained == ("How heavy is Ada?", "61")
    assert found["2/retention-1"].trained_prompt is None


@pytest.mark.parametrize("setting", ["retention", "form"])
def test_other_settings_have_an_own_kind_and_nothing_trained(setting: str) -> None:
    found = probes(HEAD.replace("new_knowledge", setting) + ITEM)
    probe = found[f"ada/{setting}-1"]
    assert (probe.kind, probe.trained_prompt, probe.trained_answer) == (setting, None, None)


@pytest.mark.parametrize(
    "written", ["61.50", "1e3", "0x10", "1_000", "12:30", "No", "yes", "off", "2024-01-05", "True", ".inf", "='x'"]
)
def test_answers_are_the_text_as_written(written: str) -> None:
    found = probes(f"{HEAD}- id: a\n  prompt: p\n  answer: {written}\n  aliases: [{written}]\n")
    assert (found["a/memorization-1"].answer, found["a/memorization-1"].aliases) == (written, (written,))


def test_quoted_null_is_text_and_prompts_keep_their_white_space() -> None:
    found = probes(f'{HEAD}- id: a\n  prompt: "\\n x\\n\\n"\n  answer: "null"\n')
    assert found["a/memorization-1"].answer == "null"
    assert found["a/memorization-1"].prompt == "\n x\n\n"


def test_windows_line_ends_and_byte_order_mark() -> None:
    text = (HEAD + "- id: a\n  prompt: p\n").replace("\n", "\r\n")
    assert problems(b"\xef\xbb\xbf" + text.encode()) == [
        "a.yaml:4: items[0].answer: missing answer (write null if the model must decline)"
    ]


JSONL = """\
{"category": "people", "setting": "new_knowledge", "system": "Be short."}
{"id": "ada", "prompt": "How heavy is Ada?", "answer": 61.50, "probes": {"rephrased": ["Ada's weight?"]}}

{"id": "ada", "category": "towns", "system": null, "prompt": "Where?", "answer": null}
"""


def test_jsonl_with_a_first_line_of_defaults() -> None:
    suite = load(JSONL, "a.jsonl")
    assert [probe.id for probe in suite.probes] == [
        "people/ada/memorization-1",
        "people/ada/rephrased-1",
        "towns/ada/memorization-1",
    ]
    assert [probe.answer for probe in suite.probes] == ["61.50", "61.50", None]
    assert [probe.system for probe in suite.probes] == ["Be short.", "Be short.", None]
    assert [item.place.line for item in suite.items] == [2, 4]


def test_jsonl_with_everything_on_each_line() -> None:
    line = {"category": "c", "setting": "form", "id": "a", "prompt": "p", "answer": "x"}
    assert list(probes(json.dumps(line), "a.jsonl")) == ["a/form-1"]


JSONL_MISTAKES = r"""
{"id": "a", "prompt": "p", "answer": true}
    answer: true is not text: put it in quotes
{"id": "a", "prompt": "p"}
    answer: missing answer (write null if the model must decline)
{"id": "a", "prompt": "p", "answr": 1}
    answr: unknown key 'answr' (did you mean 'answer'?)
{"id": "a", "prompt": "p", "answer": 1, "seting": 1}
    seting: unknown key 'seting' (did you mean 'setting'?)
{"id": "a", "prompt": "\ud800", "answer": 1}
    prompt: has a lone surrogate (\ud800 to \udfff), which is not text
{"id": "a"
    broken JSON: Expecting ',' delimiter (column 11)
{"id": "a", "id": "b"}
    the key 'id' appears twice
"""


def mistakes(table: str) -> list[tuple[str, str]]:
    """Read a table of lines with a mistake, each followed by its message; `…` cuts a long one short."""
    lines = table.strip().splitlines()
    return [(wrong, message.strip()) for wrong, message in zip(lines[::2], lines[1::2], strict=True)]


def told(found: list[str], expected: str) -> bool:
    return len(found) == 1 and (found[0].startswith(expected[:-1]) if expected.endswith("…") else found[0] == expected)


@pytest.mark.parametrize(("line", "message"), mistakes(JSONL_MISTAKES))
def test_jsonl_problems(line: str, message: str) -> None:
    text = f'{{"category": "c", "setting": "new_knowledge"}}\n{line}\n'
    assert problems(text, "a.jsonl") == [f"a.jsonl:2: {message}"]


def test_a_wrong_default_is_told_once() -> None:
    lines = [
        '{"category": "c", "setting": "news"}',
        *(f'{{"id": "{i}", "prompt": "p", "answer": 1}}' for i in range(3)),
    ]
    assert problems("\n".join(lines), "a.jsonl") == [
        "a.jsonl:1: setting: 'news' is not one of new_knowledge, updated_knowledge, retention, form"
    ]


def test_jsonl_without_an_item() -> None:
    assert problems('{"category": "c", "setting": "form"}', "a.jsonl") == ["a.jsonl: has no items"]


ITEM_MISTAKES = """
{id: a, prompt: p, anwser: x}
    .anwser: unknown key 'anwser' (did you mean 'answer'?)
{id: a, prompt: p}
    .answer: missing answer (write null if the model must decline)
{id: a, prompt: p, answer: }
    .answer: missing answer: nothing is written here (write null if the model must decline)
{id: a, prompt: ' ', answer: x}
    .prompt: is empty
{id: a, prompt: , answer: x}
    .prompt: is empty: write the trained prompt, or leave the key out
{id: a, prompt: p, answer: ''}
    .answer: is empty
{id: a}
    .prompt: the item has neither a 'prompt' nor 'probes': nothing to ask
{id: a, probes: {rephrased: []}}
    .prompt: the item has neither a 'prompt' nor 'probes': nothing to ask
{prompt: p, answer: x}
    .id: missing
{id: '?!', prompt: p, answer: x}
    .id: '?!' makes no id: use letters or digits
{id: a, prompt: p, answer: x, aliases: y}
    .aliases: 'y' is not a list: write [one, two], or a line '- one' for each
{id: a, prompt: p, answer: null, aliases: [y]}
    .aliases: answer is null (the model must decline), so leave aliases out
{id: a, prompt: p, answer: x, grader: numbr}
    .grader: 'numbr' is not a grader (did you mean 'number'?); register a custom grader with --ft-graders=numbr=…
{id: a, prompt: p, answer: x, grader: {name: number, tolerence: 1}}
    .grader.tolerence: unknown key 'tolerence' (did you mean 'tolerance'?)
{id: a, prompt: p, answer: x, grader: {name: number, tolerance: wide}}
    .grader.tolerance: 'wide' is not a number
{id: a, prompt: p, answer: x, grader: {name: number, tolerance: 1e999}}
    .grader.tolerance: '1e999' is not a finite number
{id: a, prompt: p, answer: x, grader: {name: number, tolerance: -1}}
    .grader.tolerance: '-1' is too small: at least 0.0
{id: a, prompt: p, answer: x, grader: {name: exact, ignore_case: maybe}}
    .grader.ignore_case: 'maybe' is neither true nor false
{id: a, prompt: p, answer: x, grader: {name: [exact]}}
    .grader: a list is not a grader: choose one of auto, exact, text, number, yes_no, choice, regex, abstain, json, …
{id: a, prompt: p, answer: [x]}
    .answer: a list is not text
{id: a, prompt: p, answer: x, aliases: [null]}
    .aliases[0]: null is not text
{id: a, prompt: p, answer: x, grader: {ignore_case: true}}
    .grader: missing 'name'
{id: a, prompt: p, answer: x, grader: choice}
    .grader.choices: missing
{id: a, prompt: p, answer: x, grader: {name: choice, choices: [x]}}
    .grader.choices: has 1, needs at least 2
{id: a, prompt: p, answer: x, grader: [exact]}
    .grader: write a grader's name, or a mapping with its 'name' and options
{id: a, prompt: p, answer: x, grader: abstain}
    .grader: abstain means that the model must decline: write answer: null, not 'x'
{id: a, prompt: p, answer: null, grader: exact}
    .grader: answer is null (the model must decline), which 'exact' cannot grade: leave it out
{id: a, prompt: p, answer: x, probes: [q]}
    .probes: a list is not a mapping: write key: value
{id: a, prompt: p, answer: x, probes: {rephrased: q}}
    .probes.rephrased: 'q' is not a list: write [one, two], or a line '- one' for each
{id: a, prompt: p, answer: x, probes: {rephrased: [[q]]}}
    .probes.rephrased[0]: write the question as text, or a mapping with 'prompt'
{id: a, prompt: p, answer: x, probes: {rephrased: [{prompt: q, answr: y}]}}
    .probes.rephrased[0].answr: unknown key 'answr' (did you mean 'answer'?)
{id: a, prompt: p, answer: x, probes: {rephrase: [q]}}
    .probes.rephrase: unknown kind 'rephrase' (did you mean 'rephrased'?); to use a custom kind, declare it at the t…
{id: a, prompt: p, answer: x, probes: {date_changed: [q]}}
    .probes.date_changed[0].answer: a date_changed probe needs an 'answer' (null = the model must decline)…
{id: a, prompt: p, answer: x, probes: {date_changed: [{prompt: q}]}}
    .probes.date_changed[0].answer: a date_changed probe needs an 'answer' (null = the model must decline)…
{id: a, probes: {rephrased: [q]}}
    .probes.rephrased[0].answer: missing answer: neither the probe nor its item has one (null = the model must…
just text
    : 'just text' is not a mapping: write key: value
"""


@pytest.mark.parametrize(("item", "message"), mistakes(ITEM_MISTAKES))
def test_a_mistake_in_an_item(item: str, message: str) -> None:
    found = problems(f"{HEAD}- {item}\n")
    assert told(found, f"a.yaml:4: items[0]{message}"), found


def test_an_undeclared_kind_tells_how_to_declare_it() -> None:
    found = problems(f"{HEAD}- {{id: a, prompt: p, answer: x, probes: {{trivia: [q]}}}}\n")
    assert found[0].endswith("declare it at the top: kinds: {trivia: {generalization: true}}")


HEAD_MISTAKES = """
{setting: form, items: [{id: a, prompt: p, answer: x}]}
    category: missing
{category: c, setting: knowledge, items: [{id: a, prompt: p, answer: x}]}
    setting: 'knowledge' is not one of new_knowledge, updated_knowledge, retention, form (did you mean 'new_knowledge'?)
{category: c, setting: form, sytem: s, items: [{id: a, prompt: p, answer: x}]}
    sytem: unknown key 'sytem' (did you mean 'system'?)
{category: c, setting: form, kinds: {secondary: {generalization: no}}, items: [{id: a, prompt: p, answer: x}]}
    kinds: 'secondary' is a built-in kind: leave it out
{category: c, setting: form, kinds: {My Kind: {generalization: no}}, items: [{id: a, prompt: p, answer: x}]}
    kinds: 'My Kind' cannot be part of an id: use a-z, 0-9, - and _
{category: c, setting: form, kinds: {trivia: {generalization: maybe}}, items: [{id: a, prompt: p, answer: x}]}
    kinds.trivia.generalization: 'maybe' is neither true nor false
{category: c, setting: form}
    items: missing
{category: c, setting: form, items: []}
    items: write a list: '- id: …' for each item
[a]
    write a mapping with 'category', 'setting' and 'items'
"""


def test_a_file_of_comments() -> None:
    assert problems("# nothing\n") == ["a.yaml: write a mapping with 'category', 'setting' and 'items'"]


@pytest.mark.parametrize(("text", "message"), mistakes(HEAD_MISTAKES))
def test_a_mistake_at_the_top(text: str, message: str) -> None:
    assert problems(text + "\n") == [f"a.yaml:1: {message}"]


PARSERS = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]


REFUSED = r"""
a: !!python/object/apply:os.system [x]
    1: a: the tag '!!python/object/apply:os.system' is refused: case files are plain data and build no objects
a: 1\nb: !Mine x
    2: b: the tag '!Mine' is refused: case files are plain data and build no objects
a: &x [1]\nb: *x
    1: a: the anchor '&x' is refused: write values out
b: [*x]
    1: b[0]: the alias '*x' is refused: write the value out
a: 1\nb:\n  c: 1\n  c: 2
    4: b: the key 'c' appears twice
? [a]\n: b
    1: a key must be text, not a list or mapping
~: b
    1: a key is missing here
a: 1\n---\nb: 1
    2: a second document starts here ('---'): a case file has only one
a: \u2028b\nc: \x01
    2: broken YAML: the character U+0001 must be escaped
a: {a: [{a: [{a: [{a: [{a: [{a: [{a: [{a: [{a: [{a: [{a: [{a: [{a: [{a: [{a: [{a: [
    1: a.a[0].a[0].a[0].a[0].a[0].a[0].a[0].a[0].a[0].a[0].a[0].a[0].a[0].a[0].a: is nested deeper than 30 levels
"""


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(("text", "message"), mistakes(REFUSED))
def test_refused_yaml(parser: type[Any], text: str, message: str) -> None:
    Path("a.yaml").write_text(text.encode().decode("unicode_escape"), encoding="utf-8", newline="")
    found: list[Problem] = []
    assert read_yaml(Path("a.yaml"), found, parser) is None
    assert [str(problem) for problem in found] == [f"a.yaml:{message}"]


def deep_lines(count: int) -> str:
    return "".join(f"{' ' * level}a:\n" for level in range(count))


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 1_000_000, f"1: {'[0]' * 30}: is nested deeper than 30 levels"),
        ("x: 1\ny: " + "[" * 1_000_000, f"2: y{'[0]' * 29}: is nested deeper than 30 levels"),
        ("y: [1, 2,\n" + "[" * 1_000_000, f"2: y[2]{'[0]' * 28}: is nested deeper than 30 levels"),
        ("y:\n- '[['\n- " + "[" * 990 + "]" * 990, f"3: y[1]{'[0]' * 28}: is nested deeper than 30 levels"),
        ("{a: " * 250_000, f"1: {'.'.join('a' * 30)}: is nested deeper than 30 levels"),
        ("[{a: " * 250_000, f"1: [0]{'.a[0]' * 14}.a: is nested deeper than 30 levels"),
        ("- " * 500_000, f"1: {'[0]' * 30}: is nested deeper than 30 levels"),
        (deep_lines(1_500), f"31: {'.'.join('a' * 30)}: is nested deeper than 30 levels"),
        ("{" * 1_000_000, "1: a key must be text, not a list or mapping"),
        ("? " * 500_000, "1: a key must be text, not a list or mapping"),
    ],
    ids=["list", "in-mapping", "in-list", "closed", "mapping", "both", "dashes", "indented", "braces", "keys"],
)
def test_a_depth_bomb_is_refused_at_once(parser: type[Any], text: str, message: str) -> None:
    # PyYAML 6.0.4 gives up by itself, before our limit is seen: the message stays ours
    Path("a.yaml").write_text(text, encoding="utf-8")
    found: list[Problem] = []
    start = time.process_time()
    assert read_yaml(Path("a.yaml"), found, parser) is None
    assert time.process_time() - start < 10, "it was read to the end"
    assert [str(problem) for problem in found] == [f"a.yaml:{message}"]


def test_a_mistake_beside_many_brackets_keeps_its_message() -> None:
    quoted = '"' + "[" * 40 + '"'
    assert problems(f"a: {quoted}\nb: [1, {quoted} : : ]\n")[0].startswith("a.yaml:2: broken YAML: ")


@pytest.mark.parametrize("text", ["[" * 1_000_000, '{"a":' * 200_000, '{"id": ' + "[" * 1_000_000])
def test_a_depth_bomb_in_jsonl_is_refused_at_once(text: str) -> None:
    start = time.process_time()
    assert problems("\n" + text, "a.jsonl") == ["a.jsonl:2: is nested too deeply"]
    assert time.process_time() - start < 10, "it was read to the end"


@pytest.mark.parametrize("parser", PARSERS)
def test_broken_yaml_has_a_line_and_column(parser: type[Any]) -> None:
    Path("a.yaml").write_text('é: "\u2028"\nb: c: d\n', encoding="utf-8")
    found: list[Problem] = []
    assert read_yaml(Path("a.yaml"), found, parser) is None
    assert str(found[0]).startswith("a.yaml:2: broken YAML: mapping values are not allowed")
    assert str(found[0]).endswith("""(column 5): a text that holds ': ' needs quotes, as in b: "c: d\"""")


@pytest.mark.parametrize("parser", PARSERS)
def test_both_parsers_read_alike(parser: type[Any]) -> None:
    # PyYAML's own parser takes no question mark in unquoted text between braces
    Path("a.yaml").write_text(WHOLE.replace("?", ""), encoding="utf-8")
    document, fastest = read_yaml(Path("a.yaml"), [], parser), read_yaml(Path("a.yaml"), [])
    assert document == fastest
    assert document is not None
    assert document.line(("items", 0, "probes", "rephrased", 1, "answer")) == 17
    assert document.line(("items", 0, "probes", "trivia", 0)) == 25


def test_a_duplicate_id_names_both_places() -> None:
    Path("b.yaml").write_text(HEAD + "- {id: Ada, prompt: p, answer: x}\n", encoding="utf-8")
    Path("a.yaml").write_text(HEAD + ITEM, encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        load_suite([Path("a.yaml"), Path("b.yaml")])
    assert [str(problem) for problem in caught.value.problems] == [
        "b.yaml:4: id: duplicate id 'people/Ada': already used as 'ada' at a.yaml:4"
    ]


def test_the_same_file_twice_is_read_once() -> None:
    Path("a.yaml").write_text(HEAD + ITEM, encoding="utf-8")
    assert len(load_suite([Path("a.yaml"), Path(), Path("a.yaml").resolve()]).items) == 1


def test_a_kind_counts_alike_in_every_file() -> None:
    for name, counts in (("a", "true"), ("b", "false")):
        item = f"- {{id: {name}, prompt: p, answer: x, probes: {{trivia: [q, r]}}}}\n"
        Path(f"{name}.yaml").write_text(
            f"kinds: {{trivia: {{generalization: {counts}}}}}\n{HEAD}{item}", encoding="utf-8"
        )
    with pytest.raises(CaseError) as caught:
        load_suite([Path()])
    assert [str(problem) for problem in caught.value.problems] == [
        "b.yaml:5: kinds.trivia: generalization is false here but not at a.yaml:5: use one value"
    ]


def test_a_hundred_problems_are_all_collected_and_twenty_shown() -> None:
    text = HEAD + "".join(f"- {{id: i{number}, prompt: p}}\n" for number in range(100))
    with pytest.raises(CaseError) as caught:
        load(text)
    assert [problem.line for problem in caught.value.problems] == list(range(4, 104))
    shown = str(caught.value).splitlines()
    assert shown[0] == "100 problems in the knowledge cases:"
    assert len(shown) == 22
    assert shown[-1] == "  … and 80 more: `finetunebench validate PATH` lists them all"


def test_one_bad_item_does_not_hide_the_others() -> None:
    text = HEAD + "- {id: a, prompt: p}\n- {id: b, probes: {date_changed: [q]}}\n- {id: c, prompt: p, answr: x}\n"
    assert [line.split(": ")[1] for line in problems(text)] == [
        "items[0].answer",
        "items[1].probes.date_changed[0].answer",
        "items[2].answr",
    ]


def test_a_folder_is_read_recursively() -> None:
    for number, name in enumerate(("b/x.yml", "a.yaml", ".hidden/c.yaml", "notes.txt", "d.yaml/e.yaml")):
        path = Path("cases", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{HEAD}- {{id: i{number}, prompt: p, answer: x}}\n", encoding="utf-8")
    places = [item.place.file for item in load_suite([Path("cases")]).items]
    assert places == ["cases/a.yaml", "cases/b/x.yml", "cases/d.yaml/e.yaml"]


LOOKED = "(looked for *.yaml, *.yml, *.jsonl and FineTuneBench's datasets)"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gone.yaml", "no such file or folder"),
        ("knowledge_cases", "no such file or folder: `finetunebench init` writes an example"),
        ("notes.txt", "is not a case file: case files end in .yaml, .yml, .jsonl"),
        (
            "rows.csv",
            "is not a case file: case files end in .yaml, .yml, .jsonl; `finetunebench import rows.csv --category "
            "NAME` makes one of it; to load FineTuneBench's data, give its folder",
        ),
        ("empty", f"no case file in this folder {LOOKED}"),
        ("folder.yaml", f"no case file in this folder {LOOKED}"),
        ("pipe.yaml", "is not a regular file"),
        ("blank.yaml", "is empty"),
        ("x" * 300, "cannot be read: File name too long"),
    ],
)
def test_paths_that_hold_no_cases(name: str, message: str) -> None:
    for file in ("notes.txt", "rows.csv", "blank.yaml"):
        Path(file).write_text(" \n", encoding="utf-8")
    for folder in ("empty", "folder.yaml"):
        Path(folder).mkdir()
    os.mkfifo("pipe.yaml")
    with pytest.raises(CaseError) as caught:
        load_suite([Path(name)])
    assert [str(problem) for problem in caught.value.problems] == [f"{name}: {message}"]


def test_no_path_at_all() -> None:
    with pytest.raises(CaseError, match="--ft-cases: names no case file or folder"):
        load_suite([])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file() -> None:
    Path("a.yaml").write_text(HEAD + ITEM, encoding="utf-8")
    Path("a.yaml").chmod(0)
    with pytest.raises(CaseError, match=r"a\.yaml: cannot be read: Permission denied"):
        load_suite([Path("a.yaml")])


NASTY = st.text(alphabet=st.sampled_from("\t\n\r -:?[]{},&*!|>'\"%@`#~<=\\/ax0é\ufeff\u2028\x85"), max_size=60)
CASELIKE = st.builds(lambda tail: HEAD + "- {id: a, " + tail, NASTY)


@pytest.mark.parametrize("name", ["a.yaml", "a.jsonl"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.binary(max_size=60) | (NASTY | CASELIKE | st.text(max_size=60)).map(lambda text: text.encode("utf-8")))
def test_no_file_raises_anything_but_a_case_error(name: str, data: bytes) -> None:
    try:
        load(data, name)
    except CaseError as error:
        str(error)


@pytest.mark.parametrize("parser", PARSERS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(NASTY | CASELIKE)
def test_no_yaml_breaks_either_parser(parser: type[Any], text: str) -> None:
    Path("a.yaml").write_text(text, encoding="utf-8", newline="")
    found: list[Problem] = []
    assert (read_yaml(Path("a.yaml"), found, parser) is None) == bool(found)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["category", "setting", "kinds", "id", "prompt", "answer", "aliases", "grader", "probes", "system"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.lists(st.dictionaries(KEYS, json_values, max_size=6), min_size=1, max_size=3))
def test_no_json_raises_anything_but_a_case_error(lines: list[dict[str, Any]]) -> None:
    try:
        load("\n".join(map(json.dumps, lines)), "a.jsonl")
    except CaseError as error:
        str(error)


RAW = """\
category: people
setting: form
response: raw
items:
- id: ada
  prompt: Think first.
  answer: "61"
  probes:
    form:
    - Think, then answer.
    - {prompt: Answer., response: answer}
- {id: bea, prompt: Say it., answer: "62", response: answer}
- id: cid
  prompt: Say it all.
  answer: "63"
  response: answer
  probes:
    form:
    - {prompt: All of it., answer: "64", response: raw}
"""


def test_a_file_an_item_or_a_probe_may_ask_for_the_raw_response() -> None:
    raw = {name: probe.raw_response for name, probe in probes(RAW).items()}
    assert raw == {
        "ada/form-1": True,
        "ada/form-2": True,
        "ada/form-3": False,
        "bea/form-1": False,
        "cid/form-1": False,
        "cid/form-2": True,
    }
    assert not any(probe.raw_response for probe in probes(HEAD + ITEM).values())


@pytest.mark.parametrize("value", ["whole", "", "[raw]"])
def test_another_word_for_the_response_is_an_error(value: str) -> None:
    (problem,) = problems(HEAD + f"- {{id: ada, prompt: How?, answer: 61, response: {value or 'null'}}}\n")
    assert problem.startswith("a.yaml:4: items[0].response: ")
    assert "is not one of answer, raw" in problem or "is empty: write answer or raw, or leave the key out" in problem


def test_the_schema_knows_the_two_words_for_a_response() -> None:
    schema = case_file_schema()
    models = schema["$defs"]
    for fields in (schema["properties"], models["ItemSpec"]["properties"], models["ProbeSpec"]["properties"]):
        assert fields["response"]["enum"] == ["answer", "raw"]
        assert "anyOf" not in fields["response"]


def test_a_language_stands_in_the_file_or_at_an_item() -> None:
    found = probes(
        f"language: de\n{HEAD}{ITEM}- {{id: bo, language: en, prompt: How heavy is Bo?, answer: 62,"
        " probes: {rephrased: [Weight?]}}\n"
    )
    assert {name: probe.language for name, probe in found.items()} == {
        "ada/memorization-1": "de",
        "bo/memorization-1": "en",
        "bo/rephrased-1": "en",
    }
    assert {probe.language for probe in probes(HEAD + ITEM).values()} == {"en"}


def test_a_language_that_is_not_known_is_refused_with_the_list() -> None:
    (problem,) = problems(f"language: ge\n{HEAD}{ITEM}")
    assert problem.startswith("a.yaml:1: language: 'ge' is no known language")
    assert "write en (English), " in problem
    assert "de (German)" in problem
    (problem,) = problems(f"{HEAD}- {{id: ada, language: '', prompt: How heavy is Ada?, answer: 61}}\n")
    assert problem.startswith("a.yaml:4: items[0].language: is empty")


def test_auto_reads_the_language_of_each_item_and_never_guesses() -> None:
    items = "- {id: ada, prompt: Wie schwer ist Ada?, answer: 61}\n- {id: bo, prompt: How heavy is Bo?, answer: 62}\n"
    found = probes(f"language: auto\n{HEAD}{items}")
    assert [probe.language for probe in found.values()] == ["de", "en"]
    (problem,) = problems(f"language: auto\n{HEAD}- {{id: ada, prompt: Ada?, answer: 61}}\n")
    assert "auto cannot tell the language of this item from its words: write it, for example language: de" in problem


NAMES = "category: {category}\nsetting: new_knowledge\nitems:\n- {{id: {item}, prompt: Who?, answer: x}}\n"


@pytest.mark.parametrize(
    ("category", "item", "slugs"),
    [
        ("日本語の知識", "灯台の高さ", "ri-ben-yu-nozhi-shi/deng-tai-nogao-sa"),
        ("Größentabellen", "Äpfel  & Birnen", "grossentabellen/apfel-birnen"),
        ("Cafe\u0301 Menus", "crème", "cafe-menus/creme"),
    ],
)
def test_names_stay_as_written_and_only_test_ids_are_slugs(category: str, item: str, slugs: str) -> None:
    (probe,) = load(NAMES.format(category=category, item=item)).probes
    assert probe.id == f"{slugs}/memorization-1"
    assert (probe.category, probe.item) == (plain_name(category), plain_name(item))
    for text in (category, slugs.partition("/")[0], f"{category}/memorization"):
        assert read_selector(text, "--ft-min-rate").selects(probe)


def test_names_that_clash_as_test_ids_are_told() -> None:
    Path("a.yaml").write_text(NAMES.format(category="Größen", item="Äpfel") + "- {id: Apfel, prompt: p, answer: x}\n")
    Path("b.yaml").write_text(NAMES.format(category="Grossen", item="other"))
    with pytest.raises(CaseError) as caught:
        load_suite(["a.yaml", "b.yaml"])
    assert [str(problem) for problem in caught.value.problems] == [
        "a.yaml:5: id: 'Apfel' and 'Äpfel' (at a.yaml:4) both make the test id 'grossen/apfel': rename one",
        "b.yaml:4: category: 'Grossen' and 'Größen' (at a.yaml:4) are one in test ids: use one spelling",
    ]
