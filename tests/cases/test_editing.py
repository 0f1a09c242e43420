"""Edits of case files: what was meant is done, and every other byte stays."""

from __future__ import annotations

import difflib
import json
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_finetunebench.cases.editing.editor import CaseEditor, create
from pytest_finetunebench.cases.editing.spans import json_node, yaml_node
from pytest_finetunebench.cases.editing.splice import EditError
from pytest_finetunebench.cases.editing.write import Value, block_lines, flow_text
from pytest_finetunebench.errors import Problem
from pytest_finetunebench.loaders.native import load_case_file

ROOT = Path(__file__).resolve().parents[2]
DRAFT: dict[str, Value] = {"prompt": "Which town is Ada's home?", "draft": True}
HEAD = "category: people   # ours\nsetting: 'new_knowledge'\n\nitems:\n"
BLOCK = (
    HEAD
    + """\
# the first
- id: ada     # Ada
  prompt: "Where does Ada live?"
  answer: |
    Vellmora

  probes:
    rephrased:
    - What is Ada's town?   # good
    # more to come

    secondary:
      -   prompt: >-
            Does Ada live
            in Vellmora?
          answer: 'Yes'

# the second
- {id: bo, prompt: Where does Bo live?, answer: Ostwick}
- id: cy
  prompt: Where does Cy live?
  answer: Norby # a town"""
)


def edited(tmp_path: Path, text: str, name: str = "a.yaml") -> CaseEditor:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return CaseEditor(path)


def changes(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line for line in lines if line[0] in "+-"]


def loaded(path: Path) -> list[Any]:
    problems: list[Problem] = []
    items = load_case_file(path, problems)
    assert problems == []
    return items


def test_probes_are_added_and_nothing_else_changes(tmp_path: Path) -> None:
    editor = edited(tmp_path, BLOCK)
    editor.add_probes(0, {"rephrased": [DRAFT], "date_changed": [{"prompt": "And in 1800?", "answer": None}]})
    editor.add_probes(1, {"rephrased": [DRAFT]})
    editor.add_probes(2, {"rephrased": [{"prompt": "Cy: which town?", "answer": "No", "draft": True}]})
    editor.save()
    after = editor.path.read_bytes().decode()
    assert changes(BLOCK, after) == [
        "+     - prompt: Which town is Ada's home?\n",
        "+       draft: true\n",
        "+     date_changed:\n",
        "+       - prompt: And in 1800?\n",
        "+         answer: null\n",
        "- - {id: bo, prompt: Where does Bo live?, answer: Ostwick}\n",
        "+ - {id: bo, prompt: Where does Bo live?, answer: Ostwick, probes: {rephrased: "
        '[{prompt: "Which town is Ada\'s home?", draft: true}]}}\n',
        "-   answer: Norby # a town",
        "+   answer: Norby # a town\n",
        "+   probes:\n",
        "+     rephrased:\n",
        '+       - prompt: "Cy: which town?"\n',
        '+         answer: "No"\n',
        "+         draft: true",
    ]
    first, second, third = loaded(editor.path)
    assert [len(one.drafts) for one in (first, second, third)] == [1, 1, 1]
    assert first.spec.probes["date_changed"][0].answer is None
    assert third.spec.probes["rephrased"][0].answer == "No"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("probes: {}", "probes: {rephrased: [NEW]}"),
        ("probes: {rephrased: []}", "probes: {rephrased: [NEW]}"),
        ("probes: {rephrased: [a,]}", "probes: {rephrased: [a, NEW,]}"),
        ("probes: {form: [a]  }", "probes: {form: [a], rephrased: [NEW]  }"),
        ("probes:\n  rephrased: [a, # x\n    b ] # y", "probes:\n  rephrased: [a, # x\n    b, NEW ] # y"),
        (
            "probes:\n  form: # x\n  - a",
            "probes:\n  form: # x\n  - a\n  rephrased:\n    - prompt: p\n      draft: true",
        ),
        (
            "probes:\n  rephrased:\n  - prompt: |+\n      a\n\n",
            "probes:\n  rephrased:\n  - prompt: |+\n      a\n\n  - prompt: p\n    draft: true\n",
        ),
    ],
)
def test_every_way_to_write_probes(tmp_path: Path, before: str, after: str) -> None:
    head = HEAD + "- id: a\n  prompt: q\n  answer: x\n  "
    editor = edited(tmp_path, head + before.replace("\n", "\n  "))
    editor.add_probes(0, {"rephrased": [{"prompt": "p", "draft": True}]})
    wanted = after.replace("NEW", '{prompt: "p", draft: true}').replace("\n", "\n  ")
    assert editor.new_text().rstrip() == (head + wanted).rstrip()


def test_line_ends_byte_order_mark_and_permissions_stay(tmp_path: Path) -> None:
    text = "\ufeff" + BLOCK.replace("\n", "\r\n") + "\r\n"
    editor = edited(tmp_path, text)
    editor.path.chmod(0o640)
    editor.add_probes(0, {"rephrased": [DRAFT]})
    editor.add_probes(2, {"rephrased": [DRAFT]})
    editor.save()
    data = editor.path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n") == text.count("\n") + 2 + 4
    assert stat.S_IMODE(editor.path.stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["a.yaml"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    editor = edited(tmp_path, BLOCK)
    link = tmp_path / "b.yaml"
    link.symlink_to(editor.path)
    other = CaseEditor(link)
    other.add_probes(0, {"rephrased": [DRAFT]})
    other.save()
    assert link.is_symlink()
    assert len(loaded(link)[0].drafts) == 1


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    editor = edited(tmp_path, BLOCK)
    editor.add_probes(0, {"rephrased": [DRAFT]})
    editor.path.write_text("mine", encoding="utf-8")
    with pytest.raises(
        EditError, match=r"a\.yaml: another program changed the file: nothing was written; run the command again"
    ):
        editor.save()
    assert editor.path.read_text(encoding="utf-8") == "mine"
    with pytest.raises(EditError, match=r"a\.yaml: another program made the file"):
        create(editor.path, "x")


def test_a_file_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = edited(tmp_path, BLOCK)
    editor.add_probes(0, {"rephrased": [DRAFT]})

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(EditError, match=r"a\.yaml: cannot be written: No space left on device$"):
        editor.save()
    assert editor.path.read_bytes().decode() == BLOCK
    assert [path.name for path in tmp_path.iterdir()] == ["a.yaml"]


DRAFTED = (
    HEAD
    + """\
- id: ada
  prompt: Where does Ada live?
  answer: Vellmora
  draft: true   # by a model
  probes:
    rephrased:
      - First?
      - prompt: Second?
        draft: true
      # about the third
      - draft: true
        prompt: Third?
      - {prompt: Fourth?, draft: true}
    secondary: [{draft: true, prompt: "Fifth?", answer: "No"}, Sixth?]
    form:
      - draft: true # a word
        prompt: Seventh?
# end
"""
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), ["-   draft: true   # by a model\n"]),
        (("probes", "rephrased", 1), ["-         draft: true\n"]),
        (
            ("probes", "rephrased", 2),
            ["-       - draft: true\n", "-         prompt: Third?\n", "+       - prompt: Third?\n"],
        ),
        (
            ("probes", "rephrased", 3),
            ["-       - {prompt: Fourth?, draft: true}\n", "+       - {prompt: Fourth?}\n"],
        ),
        (
            ("probes", "secondary", 0),
            [
                '-     secondary: [{draft: true, prompt: "Fifth?", answer: "No"}, Sixth?]\n',
                '+     secondary: [{prompt: "Fifth?", answer: "No"}, Sixth?]\n',
            ],
        ),
        (
            ("probes", "form", 0),
            ["-       - draft: true # a word\n", "+       - draft: false # a word\n"],
        ),
    ],
)
def test_accepting(tmp_path: Path, path: tuple[str | int, ...], expected: list[str]) -> None:
    editor = edited(tmp_path, DRAFTED)
    editor.accept(0, path)
    assert changes(DRAFTED, editor.new_text()) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("probes", "rephrased", 1), ["-       - prompt: Second?\n", "-         draft: true\n"]),
        (("probes", "rephrased", 2), ["-       - draft: true\n", "-         prompt: Third?\n"]),
        (
            ("probes", "secondary", 0),
            [
                '-     secondary: [{draft: true, prompt: "Fifth?", answer: "No"}, Sixth?]\n',
                "+     secondary: [Sixth?]\n",
            ],
        ),
        (
            ("probes", "form", 0),
            ["-     form:\n", "-       - draft: true # a word\n", "-         prompt: Seventh?\n"],
        ),
    ],
)
def test_removing(tmp_path: Path, path: tuple[str | int, ...], expected: list[str]) -> None:
    editor = edited(tmp_path, DRAFTED)
    editor.remove(0, path)
    assert changes(DRAFTED, editor.new_text()) == expected


def test_removing_the_last_of_everything(tmp_path: Path) -> None:
    text = HEAD + "- id: a\n  prompt: q\n  answer: x\n  probes: {rephrased: [{prompt: p, draft: true}]} # x\n"
    editor = edited(tmp_path, text)
    editor.remove(0, ("probes", "rephrased", 0))
    assert editor.new_text() == HEAD + "- id: a\n  prompt: q\n  answer: x\n"
    editor = edited(tmp_path, text)
    editor.remove(0, ())
    assert yaml.safe_load(editor.new_text())["items"] == []
    editor = edited(tmp_path, HEAD + "- id: a\n  answer: x\n  probes: {rephrased: [{prompt: p, draft: true}]}\n")
    message = r"a\.yaml:5: the item has no other question: remove the whole item by hand"
    with pytest.raises(EditError, match=message):
        editor.remove(0, ("probes", "rephrased", 0))


def test_items_are_removed_and_added(tmp_path: Path) -> None:
    editor = edited(tmp_path, BLOCK)
    editor.remove(1, ())
    assert changes(BLOCK, editor.new_text()) == ["- - {id: bo, prompt: Where does Bo live?, answer: Ostwick}\n"]
    editor = edited(tmp_path, BLOCK)
    editor.add_items([{"id": "di", "prompt": "Where does Di live?", "answer": "61", "draft": True}])
    assert changes(BLOCK, editor.new_text())[1:] == [
        "+   answer: Norby # a town\n",
        "+ - id: di\n",
        "+   prompt: Where does Di live?\n",
        '+   answer: "61"\n',
        "+   draft: true",
    ]


def test_fields_are_replaced(tmp_path: Path) -> None:
    editor = edited(tmp_path, DRAFTED)
    editor.replace(0, ("probes", "rephrased", 1), "prompt", 'A "second"\nline?')
    editor.replace(0, ("probes", "rephrased", 1), "answer", None)
    editor.replace(0, ("probes", "secondary", 0), "answer", "Yes")
    assert changes(DRAFTED, editor.new_text()) == [
        "-       - prompt: Second?\n",
        '+       - prompt: "A \\"second\\"\\nline?"\n',
        "+         answer: null\n",
        '-     secondary: [{draft: true, prompt: "Fifth?", answer: "No"}, Sixth?]\n',
        '+     secondary: [{draft: true, prompt: "Fifth?", answer: "Yes"}, Sixth?]\n',
    ]


LINES = (
    '{"category": "people", "setting": "new_knowledge"}\n\n'
    '{"id":"ada", "prompt":"Where does \\ud83d\\ude00 live?","answer": 61.50 }\r\n'
    '{"id": "bo", "prompt": "q", "answer": "x", "probes": {"rephrased": ["a", {"prompt": "b", "draft": true}]}}'
)


def test_lines_of_json(tmp_path: Path) -> None:
    editor = edited(tmp_path, LINES, "a.jsonl")
    editor.add_probes(3, {"rephrased": [{"prompt": "\u2028\U000e0041é?", "answer": None, "draft": True}]})
    editor.accept(4, ("probes", "rephrased", 1))
    editor.save()
    lines = editor.path.read_bytes().decode().split("\n")
    assert lines[:2] == LINES.split("\n")[:2]
    assert lines[2] == (
        '{"id":"ada", "prompt":"Where does \\ud83d\\ude00 live?","answer": 61.50, "probes": {"rephrased": '
        '[{"prompt": "\\u2028\\udb40\\udc41é?", "answer": null, "draft": true}]} }\r'
    )
    assert lines[3] == LINES.split("\n")[3].replace(', "draft": true', "")
    assert loaded(editor.path)[0].spec.probes["rephrased"][0].prompt == "\u2028\U000e0041é?"
    editor = CaseEditor(editor.path)
    editor.remove(4, ())
    assert editor.new_text() == "\n".join(lines[:3]).removesuffix("\r")
    with pytest.raises(EditError, match=r"a\.jsonl: items can be added to YAML files only"):
        editor.add_items([{"id": "x"}])


@pytest.mark.parametrize(
    "item", ["- ? id\n  : a\n  ? prompt\n  : q\n  ? answer\n  : x\n", "- # here\n  id: a\n  prompt: q\n  answer: x\n"]
)
def test_unusual_ways_of_writing_are_edited_or_refused(tmp_path: Path, item: str) -> None:
    editor = edited(tmp_path, HEAD + item)
    try:
        editor.add_probes(0, {"rephrased": [DRAFT]})
        text = editor.new_text()
    except EditError as error:
        assert str(error).endswith("cannot be edited safely as it is written: edit it by hand")  # noqa: PT017
    else:
        assert text.startswith(HEAD + item)
        assert yaml.safe_load(text)["items"][0]["probes"] == {"rephrased": [DRAFT]}


@pytest.mark.parametrize("name", ["coding_updates.yaml", "fictional_people.yaml"])
def test_what_was_added_to_a_shipped_suite_can_be_taken_out_again(tmp_path: Path, name: str) -> None:
    text = (ROOT / "knowledge_cases" / name).read_bytes().decode()
    editor = edited(tmp_path, text)
    count = len(loaded(editor.path))
    for at in range(0, count, 9):
        editor.add_probes(at, {"rephrased": [DRAFT], "vignette": [DRAFT]})
    editor.save()
    assert sum(one.pending for one in loaded(editor.path)) == 2 * len(range(0, count, 9))
    kept = set(text.splitlines())
    assert [line for line in editor.path.read_text(encoding="utf-8").splitlines() if line in kept] == text.splitlines()
    editor = CaseEditor(editor.path)
    for at in range(0, count, 9):
        editor.remove(at, ("probes", "vignette", 0))
    editor.save()
    editor = CaseEditor(editor.path)
    for one in loaded(editor.path):
        for path in one.drafts:
            editor.remove(one.position, path)
    assert editor.new_text() == text


texts = st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1)


@settings(max_examples=50)
@given(texts)
def test_any_text_is_read_as_it_was_written(text: str) -> None:
    value: dict[str, Value] = {"a": [{"b": text, "c": None}, {"b": True}]}
    wanted = {"a": [{"b": text, "c": None}, {"b": "true"}]}
    block = "\n".join(block_lines(value, 2))
    assert yaml_node(block).data() == wanted
    assert yaml_node(flow_text(value, as_json=False)).data() == wanted
    assert json_node(flow_text(value, as_json=True)).data() == wanted
    assert json.loads(flow_text(value, as_json=True)) == value


@given(texts)
def test_unquoted_text_is_text_to_every_reader(text: str) -> None:
    found = yaml.safe_load("\n".join(block_lines({"a": text}, 0)))
    assert found == {"a": text}
