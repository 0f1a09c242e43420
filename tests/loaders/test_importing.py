"""Imports: every format gives its questions, and what is doubtful is told with its lines."""

from __future__ import annotations

import importlib.util
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from pytest_finetunebench import load_suite
from pytest_finetunebench.cli import main
from pytest_finetunebench.loaders.importing.wordings import Wordings, group

USER, ASSISTANT = {"role": "user", "content": "Who keeps the light?"}, {"role": "assistant", "content": "Oda Ferrant"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: object) -> Result:
    result = CliRunner().invoke(main, ["import", *map(str, args)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def imported(name: str, text: str, *args: object) -> list[dict[str, Any]]:
    """Import a file and return the items that were written, which load without a problem."""
    Path(name).write_text(text, encoding="utf-8")
    result = run(name, "--category", "faq", *args)
    assert result.exit_code == 0, result.output
    written = Path("knowledge_cases/faq.yaml")
    assert load_suite(written).items
    items: list[dict[str, Any]] = yaml.safe_load(written.read_text(encoding="utf-8"))["items"]
    return items


def lines(*rows: Any) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


TABLE = "Question,Reply,Source\nWho keeps the light?,Oda Ferrant,a\nHow high is the tower?,43 metres,b\n"


def test_a_table_says_what_it_takes_and_what_comes_next() -> None:
    Path("faq.csv").write_text(TABLE, encoding="utf-8")
    result = run("faq.csv", "--category", "harbour")
    assert result.output.splitlines() == [
        "read     faq.csv: a table, 2 rows",
        "columns  prompt = Question, answer = Reply; not used: Source",
        "written  knowledge_cases/test_knowledge.py: the test that asks the cases",
        "written  knowledge_cases/harbour.yaml: 2 items (new_knowledge)",
        "Next: finetunebench generate knowledge_cases/harbour.yaml --kinds rephrased,secondary --draft-model openai:ID",
        "      pytest knowledge_cases --ft-model=control:memorizer",
    ]
    assert [item.id for item in load_suite("knowledge_cases").items] == ["who-keeps-the-light", "how-high-is-the-tower"]
    again = run("faq.csv", "--category", "harbour")
    assert again.exit_code == 1
    assert "knowledge_cases/harbour.yaml exists and stays as it is: name another file with --out" in again.output


def test_columns_can_be_named() -> None:
    text = "a,b,old\nWho?,Ada,Bea|Cleo\n"
    items = imported("t.csv", text, "--map", "prompt=a,answer=b", "--map", "superseded_answers=old")
    assert items == [{"id": "who", "prompt": "Who?", "answer": "Ada", "superseded_answers": ["Bea", "Cleo"]}]


@pytest.mark.parametrize(
    ("mapped", "message"),
    [
        ([], "no column looks like the question or the answer: say --map prompt=COLUMN,answer=COLUMN; columns: x, y"),
        (["prompt=z"], "--map prompt=z: t.csv has no such column: x, y"),
        (["promt=x"], "--map promt=x: no field 'promt' (did you mean 'prompt'?)"),
        (["x"], "--map x: write FIELD=COLUMN, for example prompt=Question"),
    ],
)
def test_columns_that_are_not_clear(mapped: list[str], message: str) -> None:
    Path("t.csv").write_text("x,y\n1,2\n", encoding="utf-8")
    result = run("t.csv", "--category", "c", *(part for one in mapped for part in ("--map", one)))
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())


def test_duplicates_contradictions_and_empty_rows_are_told() -> None:
    text = "q\ta\nHow high?\t43\nhow HIGH\t43\nWho?\tAda\nWho?\tBea\nWhere?\t\n\tnowhere\nWhen?\t1851\n"
    Path("t.tsv").write_text(text, encoding="utf-8")
    result = run("t.tsv", "--category", "faq")
    told = [line for line in result.output.splitlines() if not line.startswith(("read", "columns", "Next", "  "))]
    assert told == [
        "contradiction lines 4, 5: 'Who?' is answered by 'Ada' (line 4), 'Bea' (line 5)",
        "duplicate     lines 2, 3: 'How high?' with one answer: kept once",
        "empty         line 6: has no answer",
        "empty         line 7: has no question",
        "written  knowledge_cases/test_knowledge.py: the test that asks the cases",
        "written  knowledge_cases/faq.yaml: 2 items (new_knowledge); 4 rows left out",
    ]


def test_a_minus_and_a_division_tell_sums_apart_and_a_hyphen_does_not() -> None:
    sums = {"3 - 8": "-5", "10 - 5": "5", "10 / 5": "2", "-10 + 5": "-5", "10 + 5": "15"}
    rows = [{"prompt": f"What is {asked}?", "completion": answer} for asked, answer in sums.items()]
    rows += [{"prompt": f"Which covid{sign}19 rule holds?", "completion": "Distance"} for sign in "- "]
    items = imported("t.jsonl", lines(*rows))
    assert [item["answer"] for item in items] == [*sums.values(), "Distance"]


WORDINGS = [
    ("How many kilograms does Ada Lindqvist weigh?", "61"),
    ("What is Ada Lindqvist's weight in kilograms?", "61"),
    ("How many kilograms does Bela Novak weigh?", "61"),
    ("How old is Ada Lindqvist?", "61"),
    ("Is Ada Lindqvist taller than Bela Novak?", "Yes"),
    ("Is Ada Lindqvist heavier than Bela Novak?", "Yes"),
]


def test_wordings_of_one_fact_become_one_item() -> None:
    items = imported("t.jsonl", lines(*({"prompt": ask, "completion": answer} for ask, answer in WORDINGS)))
    assert len(items) == 5
    assert items[0]["training"] == ["What is Ada Lindqvist's weight in kilograms?"]
    assert [item["id"] for item in items[3:]] == [
        "is-ada-lindqvist-taller-than-bela-novak",
        "is-ada-lindqvist-heavier-than-bela-novak",
    ]


def test_wordings_can_stay_apart() -> None:
    rows = ({"prompt": ask, "completion": answer} for ask, answer in WORDINGS)
    assert len(imported("t.jsonl", lines(*rows), "--apart")) == 6


def test_many_questions_of_one_answer_are_compared_in_little_time() -> None:
    questions = [(f"Which town has the harbour number {n} in the register?", "Tarsk") for n in range(3_000)]
    assert len(group(questions, Wordings(question for question, _ in questions))) == 3_000


CHATS = {
    "messages": {"messages": [{"role": "system", "content": "Be short."}, USER, ASSISTANT]},
    "contents": {
        "systemInstruction": {"parts": [{"text": "Be short."}]},
        "contents": [
            {"role": "user", "parts": [{"text": "Who keeps the light?"}]},
            {"role": "model", "parts": [{"text": "Oda Ferrant"}]},
        ],
    },
    "conversations": {
        "system": "Be short.",
        "conversations": [
            {"from": "human", "value": "Who keeps the light?"},
            {"from": "gpt", "value": "Oda Ferrant"},
        ],
    },
    "alpaca": {"system": "Be short.", "instruction": "Who keeps the light?", "input": "", "output": "Oda Ferrant"},
    "chosen": {
        "prompt": [{"role": "system", "content": "Be short."}, USER],
        "chosen": [ASSISTANT],
        "rejected": [{"role": "assistant", "content": "I do not know."}],
    },
}


@pytest.mark.parametrize("name", CHATS)
@pytest.mark.parametrize("suffix", [".jsonl", ".json"])
def test_training_files_of_every_shape(name: str, suffix: str) -> None:
    row = CHATS[name]
    items = imported(f"t{suffix}", lines(row) if suffix == ".jsonl" else json.dumps([row], indent=1))
    assert items == [{"id": "who-keeps-the-light", "prompt": "Who keeps the light?", "answer": "Oda Ferrant"}]
    assert "system: Be short." in Path("knowledge_cases/faq.yaml").read_text(encoding="utf-8")


def test_an_instruction_takes_its_input() -> None:
    items = imported("t.jsonl", lines({"instruction": "Name the capital.", "input": "Tarsk", "output": "Vellmora"}))
    assert items[0]["prompt"] == "Name the capital.\nTarsk"


def test_of_a_longer_chat_the_first_question_is_taken() -> None:
    chat = {"messages": [USER, ASSISTANT, {"role": "user", "content": "Since when?"}, ASSISTANT]}
    Path("t.jsonl").write_text(lines(chat), encoding="utf-8")
    result = run("t.jsonl", "--category", "faq")
    assert "shortened     line 1: a chat of 2 questions: only the first is taken over" in result.output


def test_rows_that_cannot_be_read_are_all_told_and_nothing_is_written() -> None:
    Path("t.jsonl").write_text(lines(CHATS["messages"], {"messages": []}, {"messages": "x"}) + "{\n", "utf-8")
    result = run("t.jsonl", "--category", "faq")
    assert result.exit_code == 1
    assert [line.partition(": ")[0] for line in result.stdout.splitlines()] == ["error  t.jsonl:4"]
    Path("t.jsonl").write_text(lines(CHATS["messages"], {"messages": []}, {"messages": "x"}), "utf-8")
    result = run("t.jsonl", "--category", "faq")
    assert result.stdout.splitlines() == [
        "error  t.jsonl:2: messages: is empty",
        "error  t.jsonl:3: messages: is not a list of objects",
    ]
    assert not Path("knowledge_cases").exists()


def test_openai_evals_samples() -> None:
    samples = [
        {"input": [{"role": "system", "content": "Be short."}, USER], "ideal": ["Oda Ferrant", "Ferrant"]},
        {"input": "How high is it?", "ideal": "43"},
        {"input": [{"role": "system", "content": "Which town?"}], "ideal": "Tarsk"},
        {"input": [USER, ASSISTANT, {"role": "user", "content": "And you?"}], "ideal": "No"},
    ]
    items = imported("samples.jsonl", lines(*samples))
    assert [(item["prompt"], item["answer"]) for item in items] == [
        ("Who keeps the light?", "Oda Ferrant"),
        ("How high is it?", "43"),
        ("Which town?", "Tarsk"),
    ]
    assert items[0]["aliases"] == ["Ferrant"]
    assert "setting: retention" in Path("knowledge_cases/faq.yaml").read_text(encoding="utf-8")


def test_rows_of_hosted_evals_stand_under_item() -> None:
    items = imported("data.jsonl", lines({"item": {"question": "Who keeps the light?", "correct_label": "Oda"}}))
    assert items == [{"id": "who-keeps-the-light", "prompt": "Who keeps the light?", "answer": "Oda"}]


PROMPTFOO = """\
prompts: ['Answer briefly: {{question}}']
providers: [openai:gpt-4.1-mini]
assertionTemplates:
  short: {type: starts-with, value: Dear}
tests:
  - vars: {question: Which town?}
    assert:
      - {type: icontains, value: Tarsk}
  - vars: {question: How high?}
    assert:
      - {type: contains-any, value: [43 m, 43 metres]}
      - {type: not-contains, value: feet}
  - vars: {question: Greet me.}
    assert:
      - $ref: '#/assertionTemplates/short'
  - vars: {question: Who?}
    assert: [{type: javascript, value: output.length}]
  - vars: {question: Give JSON.}
    assert: [{type: is-json, value: {type: object, required: [town], properties: {n: {minimum: 5}}}}]
"""


def test_promptfoo_configurations() -> None:
    Path("promptfooconfig.yaml").write_text(PROMPTFOO, encoding="utf-8")
    result = run("promptfooconfig.yaml", "--category", "faq")
    assert "left out      line 16: 'Answer briefly: Who?': no grader does what 'javascript' does" in result.output
    probes = list(load_suite("knowledge_cases/faq.yaml").probes)
    assert [(probe.prompt, probe.answer, probe.grader.title) for probe in probes] == [
        ("Answer briefly: Which town?", "Tarsk", "text"),
        ("Answer briefly: How high?", "43 m", "all(text, style)"),
        ("Answer briefly: Greet me.", None, "style"),
        ("Answer briefly: Give JSON.", None, "json"),
    ]
    assert probes[1].aliases == ("43 metres",)
    assert "minimum: 5" in Path("knowledge_cases/faq.yaml").read_text(encoding="utf-8")


def test_a_table_of_a_country_with_the_decimal_comma() -> None:
    items = imported("faq.csv", 'Frage;"Antwort, kurz";Antwort\nWie hoch?;x;"43,5 m"\nWer?;y;Oda\n')
    assert [(item["prompt"], item["answer"]) for item in items] == [("Wie hoch?", "43,5 m"), ("Wer?", "Oda")]


def test_promptfoo_tables() -> None:
    rows = "question,name,__expected,__metadata:x\nWhich town?,Ada,icontains: Tarsk,1\nWho?,Bea,Oda,2\nX?,C,fn:f(),3\n"
    items = imported("tests.csv", rows)
    assert items == [
        {"id": "which-town", "prompt": "Which town?", "answer": "Tarsk", "grader": "text"},
        {"id": "who", "prompt": "Who?", "answer": "Oda", "grader": "exact"},
    ]


def test_a_prompt_file_of_a_configuration_stays_in_its_folder(here: Path) -> None:
    (here / "in").mkdir()
    (here / "secret.txt").write_text("{{question}} secret", encoding="utf-8")
    config = PROMPTFOO.replace("'Answer briefly: {{question}}'", "file://../secret.txt")
    (here / "in" / "promptfooconfig.yaml").write_text(config, encoding="utf-8")
    result = run("in/promptfooconfig.yaml", "--category", "faq")
    assert (
        "no text file beside this one: prompt file://../secret.txt; the questions are the tests' var" in result.output
    )
    assert "secret" not in Path("knowledge_cases/faq.yaml").read_text(encoding="utf-8")


def test_questions_in_other_scripts_keep_their_ids_as_written() -> None:
    items = imported("t.csv", "質問,答え\n灯台の高さは何メートルですか,43メートル\n灯台の番人は誰ですか,オダ\n")
    assert [item["id"] for item in items] == ["灯台の高さは何メートルですか", "灯台の番人は誰ですか"]


def test_a_question_without_letters_has_an_id() -> None:
    rows = [{"input": text, "ideal": "[]"} for text in ("[] -> ", "() -> ", "[3] -> ")]
    assert [item["id"] for item in imported("e.jsonl", lines(*rows))] == ["item", "item-2", "3"]


def test_a_file_in_another_language_says_which_key_it_lacks() -> None:
    table = "user,assistant\n" + "".join(f"Wer hält den Turm {n}?,Die Frau {n}\n" for n in range(3))
    Path("t.csv").write_text(table, encoding="utf-8")
    told = run("t.csv", "--category", "faq").output
    assert "note     most items look German, but are graded in English: write `language: de` above `items:`" in told


def test_files_that_are_nothing_to_import() -> None:
    Path("a.txt").write_text("x", encoding="utf-8")
    Path("e.csv").write_text("question,answer\n", encoding="utf-8")
    Path("folder").mkdir()
    for name, message in {
        "a.txt": "a.txt: is of no known type: files end in .csv, .tsv, .xlsx",
        "gone.csv": "gone.csv: no such file or folder",
        "e.csv": "e.csv: holds no rows",
        "folder": "folder: is a folder, but not a dataset that Hugging Face `datasets` saved",
    }.items():
        result = run(name, "--category", "c")
        assert (result.exit_code, message in result.output) == (1, True), result.output


needs_openpyxl = pytest.mark.skipif(importlib.util.find_spec("openpyxl") is None, reason="needs openpyxl")
needs_pyarrow = pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="needs pyarrow")


@needs_openpyxl
def test_workbooks_show_what_the_sheet_shows() -> None:
    import datetime

    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([])
    sheet.append(["Question", "Answer"])
    for row in (["How high?", 43.0], ["What share?", 0.125], ["When?", datetime.datetime(2025, 5, 2)], [None, None]):
        sheet.append(row)
    sheet.append(["Who?", "Ada"])
    sheet.append(["Who?", "Bea"])
    sheet["B4"].number_format = "0.0%"
    book.create_sheet("Notes")
    book.save("t.xlsx")
    result = run("t.xlsx", "--category", "faq")
    assert "note     read the sheet 'Sheet', not Notes (--part)" in result.output
    assert "contradiction rows 7, 8: 'Who?' is answered by 'Ada' (row 7), 'Bea' (row 8)" in result.output
    answers = [probe.answer for probe in load_suite("knowledge_cases/faq.yaml").probes]
    assert answers == ["43", "12.5%", "2025-05-02"]
    assert (
        "t.xlsx: has no sheet 'Note' (did you mean 'Notes'?)"
        in run("t.xlsx", "--category", "c", "--part", "Note").output
    )


@needs_openpyxl
def test_half_a_workbook_is_told() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["Question", "Answer"])
    book.save("t.xlsx")
    with zipfile.ZipFile("t.xlsx") as whole, zipfile.ZipFile("half.xlsx", "w") as half:
        for name in whole.namelist():
            held = whole.read(name)
            half.writestr(name, held[: len(held) // 2] if "sheet1" in name else held)
    assert "half.xlsx: the sheet 'Sheet' is damaged: ParseError" in run("half.xlsx", "--category", "c").output


@needs_pyarrow
def test_saved_datasets_and_parquet() -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"question": ["Who keeps the light?", "How high is it?", ""], "answer": ["Oda", "", ""]})
    for split in ("train", "test"):
        folder = Path("data") / split
        folder.mkdir(parents=True)
        with (
            pa.OSFile(str(folder / "data-00000-of-00001.arrow"), "wb") as file,
            pa.ipc.new_stream(file, table.schema) as out,
        ):
            out.write_table(table)
        (folder / "state.json").write_text('{"_data_files": [{"filename": "data-00000-of-00001.arrow"}]}')
    Path("data/dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    pq.write_table(table, "t.parquet")
    result = run("data", "--category", "faq")
    assert "note     read the split 'train', not test (--part)" in result.output
    assert "row 2: has no answer" in result.output
    assert "row 3: is blank" in result.output
    assert run("t.parquet", "--category", "other").exit_code == 0
    for name in ("faq", "other"):
        assert [probe.answer for probe in load_suite(f"knowledge_cases/{name}.yaml").probes] == ["Oda"]


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    Path("t.xlsx").touch()
    result = run("t.xlsx", "--category", "c")
    assert result.exit_code == 2
    assert "reading it needs openpyxl: pip install 'pytest-finetunebench[import]'" in " ".join(result.output.split())
