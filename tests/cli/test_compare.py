"""`finetunebench compare`, `gate` and `regrade`: verdicts over stored runs and recorded models, and exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pytest_finetunebench.cli import main
from pytest_finetunebench.models.graded import GradedAnswer
from pytest_finetunebench.runs.files import RunFolder
from pytest_finetunebench.runs.record_files import read_record, write_json
from tests.settings import make_settings
from tests.support.stored import RIGHT, WRONG, probe, probes, stored

CASES = """
category: people
setting: new_knowledge
kinds: {}
items:
"""
ITEM = """
  - id: i{number}
    prompt: How heavy is {number}?
    answer: "61"
    probes:
      rephrased: [What is the weight of {number}?]
"""
OWN_GRADER = """
def heavy(answer, probe):
    return answer == "80", "weighed by hand"
"""


def run(*args: object, **options: Any) -> Result:
    result = CliRunner().invoke(main, [*map(str, args)], **options)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def out(*args: object, code: int = 0) -> str:
    result = run(*args)
    assert result.exit_code == code, result.output
    return result.stdout


def refused(*args: object, code: int = 2) -> str:
    result = run(*args)
    assert result.exit_code == code, result.output
    return result.stderr.splitlines()[-1].removeprefix("Error: ")


def two_kinds(memorized: str, rephrased: str) -> list[Any]:
    return [*probes(memorized), *probes(rephrased, kind="rephrased")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """Two whole runs, the second worse, in the default place."""
    monkeypatch.chdir(tmp_path)
    runs = RunFolder(Path(".finetunebench/runs"))
    runs.save(stored(two_kinds("r" * 12, "r" * 12), created="2026-11-01T00:00:00+00:00", name="release"))
    runs.save(stored(two_kinds("r" * 12, "w" * 8 + "r" * 3 + "s"), created="2026-11-02T00:00:00+00:00"))
    return runs


@pytest.fixture
def recorded(folder: RunFolder) -> tuple[object, ...]:
    """Case files and recordings of two models: `old` knows all, `new` lost the rephrased half."""
    Path("cases").mkdir()
    Path("cases/people.yaml").write_text(CASES.replace("kinds: {}\n", "") + "".join(map(ITEM.format_map, _numbers())))
    with Path("answers.jsonl").open("w") as file:
        for number in range(12):
            trained, other = f"How heavy is {number}?", f"What is the weight of {number}?"
            for model, prompt, response in (
                ("old", trained, "61"),
                ("old", other, "61"),
                ("new", trained, "61"),
                ("new", other, "80"),
            ):
                file.write(json.dumps({"model": model, "prompt": prompt, "response": response}) + "\n")
    return "--cases", "cases", "--recordings", "answers.jsonl"


def _numbers() -> list[dict[str, int]]:
    return [{"number": number} for number in range(12)]


# --- compare


@pytest.mark.parametrize("command", [("compare",), ("runs", "compare")])
def test_compare(folder: RunFolder, command: tuple[str, ...]) -> None:
    lines = out(*command, "release", "last").splitlines()
    assert lines[:2] == ["before      #1 ft:m 'release' of 2026-11-01", "after       #2 ft:m of 2026-11-02"]
    assert lines[2].startswith("result      worse over all: 100.0 → 62.5 % right, -37.5 points, p=0.004")
    assert "probes      9 broke, 15 still right" in lines
    assert "regressions (9)" in lines


def test_compare_as_json(folder: RunFolder) -> None:
    found = json.loads(out("compare", 1, 2, "--json", "--compare-fail", "regressions>8", code=1))
    keys = {"before", "after", "apart", "counts", "total", "rows", "changes", "notices", "drift", "arms", "gates"}
    assert set(found) == keys
    assert (found["apart"], found["counts"]) == (True, {"still right": 15, "broke": 9})
    row = {"name", "n", "items", "before", "after", "fixed", "broke", "difference", "low", "high", "significant"}
    assert set(found["total"]) == row | {"p_value", "p_drop", "p_mcnemar", "needed_items"}
    assert [one["name"] for one in found["rows"]] == ["people/memorization", "people/rephrased", "generalization"]
    change = next(one for one in found["changes"] if one["kind"] == "broke")
    assert change == {
        "id": "people/i0/rephrased-1",
        "kind": "broke",
        "question": "How heavy is 0?",
        "expected": "61",
        "place": "a.yaml:3",
        "before": [{"outcome": "correct", "answer": "61", "reason": "because"}],
        "after": [{"outcome": "wrong", "answer": "80", "reason": "because"}],
    }
    gate = found["gates"][0]
    assert set(gate) == {
        "id",
        "status",
        "reason",
        "value",
        "low",
        "high",
        "n",
        "undecided",
        "alarm",
        "margin",
        "needed",
        "excused",
        "blocks",
    }
    assert (gate["id"], gate["status"], gate["n"]) == ("compare:regressions>8", "failed", 24)


@pytest.mark.parametrize(
    ("expression", "code", "start"),
    [
        ("regressions>9", 0, "PASSED compare:regressions>9  100.0% → 62.5%, -37.5 points"),
        ("regressions>8", 1, "FAILED compare:regressions>8  100.0% → 62.5%"),
        ("memorization:regressions>0", 0, "PASSED compare:memorization:regressions>0  100.0% → 100.0%"),
        ("generalization:drop>0.7", 1, "FAILED compare:generalization:drop>0.7  100.0% → 25.0%"),
        ("generalization:drop>0.8", 0, "PASSED compare:generalization:drop>0.8"),
        ("people/rephrased:significant-drop", 1, "FAILED compare:people/rephrased:significant-drop"),
        ("memorization:significant-drop", 0, "PASSED compare:memorization:significant-drop"),
    ],
)
def test_compare_fails_where_told_to(folder: RunFolder, expression: str, code: int, start: str) -> None:
    last = out("compare", "1", "2", "--compare-fail", expression, code=code).splitlines()[-1]
    assert last.startswith(start)


def test_a_comparison_of_what_is_unmeasured_or_partial_cannot_be_evaluated(folder: RunFolder) -> None:
    folder.save(stored(two_kinds("r" * 11 + "u", "r" * 12)))
    folder.save(stored(two_kinds("r" * 12, ""), not_selected=("people/i0/rephrased-1",)))
    words = "FAILED compare:regressions>0  cannot be evaluated: "
    last = out("compare", 1, 3, "--compare-fail", "regressions>0", code=1).splitlines()[-1]
    assert last == f"{words}1 of 24 answers are unmeasured, more than 1.0% (--max-unmeasured)"
    out("compare", 1, 3, "--compare-fail", "regressions>0", "--max-unmeasured", 0.05)
    last = out("compare", 1, 4, "--compare-fail", "regressions>0", code=1).splitlines()[-1]
    assert last == f"{words}a partial run: 12 of 13 probes selected"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            ("--compare-fail", "regressions"),
            "--compare-fail=regressions: cannot be read: write regressions>N, drop>RATE",
        ),
        (("--compare-fail", "drop>5"), "--compare-fail=drop>5: "),
        (
            ("--compare-fail", "rephrasd:drop>0.1"),
            "--compare-fail=rephrasd:drop>0.1: the suite has no probes of 'rephrasd' (did you mean",
        ),
        (("--max-unmeasured", "2", "--compare-fail", "drop>0.1"), "--max-unmeasured=2: needs a rate from 0 to 1"),
    ],
)
def test_compare_options_that_cannot_be_used(folder: RunFolder, options: tuple[str, ...], words: str) -> None:
    assert refused("compare", 1, 2, *options).startswith(words)


def test_compare_writes_markdown(folder: RunFolder) -> None:
    out("compare", 1, 2, "--markdown", "new/report.md", "--compare-fail", "regressions>0", code=1)
    report = Path("new/report.md").read_text()
    assert report.startswith("## Knowledge tests\n")
    assert "### Regressions (9)" in report
    assert "compare&#58;regressions&#62;0" in report
    Path("file").touch()
    assert refused("compare", 1, 2, "--markdown", "file/report.md", code=1).startswith(
        "file/report.md: cannot be written"
    )


def test_runs_without_a_common_probe_are_refused(folder: RunFolder) -> None:
    folder.save(stored(probes("r", category="x")))
    assert "share no probe: there is nothing to compare" in refused("compare", 1, 3, code=1)


def test_recorded_models_are_compared_without_a_call(recorded: tuple[object, ...]) -> None:
    lines = out("compare", "replay:old", "replay:new", *recorded).splitlines()
    assert lines[0].startswith("before      replay:old of 20")
    assert lines[2].startswith("result      worse over all: 100.0 → 50.0 % right, -50.0 points, p<0.001")
    assert "probes      12 broke, 12 still right" in lines
    lines = out("compare", "replay:new", "replay:old", *recorded, "--compare-fail", "regressions>0").splitlines()
    assert lines[2].startswith("result      better over all")
    assert lines[-1].startswith("PASSED compare:regressions>0")


def test_a_record_is_compared_with_a_recorded_model(recorded: tuple[object, ...]) -> None:
    from pytest_finetunebench.completions import Sampling

    record = read_record_of(recorded, "old").model_copy(update={"sampling": Sampling(temperature=1.0)})
    write_json(Path("old.json"), record)
    lines = out("compare", "old.json", "replay:new", *recorded).splitlines()
    assert "probes      12 broke, 12 still right" in lines
    assert not any("differ in more than the model" in line for line in lines)


def read_record_of(recorded: tuple[object, ...], model: str) -> Any:
    from pytest_finetunebench.runs.measure import measure

    paths: dict[str, Any] = {"cases": (Path("cases"),), "recordings": (Path("answers.jsonl"),)}
    return measure(make_settings(f"replay:{model}", cache="off", **paths), {}, {})


def test_a_model_that_was_not_recorded_is_refused(recorded: tuple[object, ...]) -> None:
    message = refused("compare", "replay:old", "replay:nww", *recorded, code=1)
    assert message == "no recordings of the model 'nww' (did you mean 'new'?); recorded: new, old"
    assert refused("compare", "replay:", "1", *recorded) == "replay: names no model: write replay:NAME"
    message = refused("compare", "replay:old", "1", "--cases", "cases")
    assert message == "replay:old needs its recorded answers: --recordings PATH"
    message = refused("compare", "replay:old", "1", "--recordings", "none.jsonl", "--cases", "cases", code=1)
    assert "none.jsonl" in message
    assert "knowledge_cases" in refused("compare", "replay:old", "1", "--recordings", "answers.jsonl", code=1)


# --- gate


def test_gates_that_pass(folder: RunFolder) -> None:
    lines = out("gate", "release", "--min-rate", 0.9, "--min-rate", "people/rephrased=1", "--max-gap", "people=0.1")
    assert lines.splitlines() == [
        "PASSED all>=0.90  100.0% [75.8, 100.0] n=24; the interval spans the limit",
        "PASSED people/rephrased>=1.00  100.0% [75.8, 100.0] n=12",
        "PASSED people:gap<=0.10  gap +0.0 points [-24.2, 24.2] n=24; the interval spans the limit",
    ]


def test_a_gate_that_fails_ends_with_1(folder: RunFolder) -> None:
    lines = out(
        "gate", "last", "--min-rate", "generalization=0.6", "--max-rate", "stale=0.01", "--min-rate", 0.5, code=1
    )
    assert [line.split("  ")[0] for line in lines.splitlines()] == [
        "FAILED generalization>=0.60",
        "PASSED all>=0.50",
        "FAILED stale<=0.01",
    ]


def test_the_interval_decides_where_told_to(folder: RunFolder) -> None:
    out("gate", 1, "--min-rate", 0.9)
    assert out("gate", 1, "--min-rate", 0.9, "--gate-on", "interval", code=1).startswith("FAILED all>=0.90")


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"not_selected": ("people/i99/rephrased-1",)}, "a partial run: 9 of 10 probes selected"),
        ({"not_run": ("people/i99/rephrased-1",)}, "1 selected probe without a result"),
        ({"interrupted": "Ctrl-C"}, "Ctrl-C"),
    ],
)
def test_a_partial_run_passes_no_gate(folder: RunFolder, parts: dict[str, Any], words: str) -> None:
    folder.save(stored(probes("r" * 9), **parts))
    line = out("gate", 3, "--min-rate", "memorization=0", code=1)
    assert line.startswith("FAILED memorization>=0.00  cannot be evaluated: ")
    assert words in line
    # probes without a result count as known ones
    if not parts.get("interrupted"):
        out("gate", 3, "--min-rate", "people/rephrased=0", code=1)


def test_missing_answers_fail_a_gate(folder: RunFolder) -> None:
    folder.save(stored(probes("r" * 9 + "u")))
    line = out("gate", 3, "--min-rate", 0, code=1)
    assert line == (
        "FAILED all>=0.00  cannot be evaluated: 1 of 10 answers are unmeasured, more than 1.0% (--max-unmeasured)\n"
    )
    result = run("gate", 3, "--min-rate", 0, "--max-unmeasured", 1)
    assert (result.exit_code, result.stdout.partition(" ")[0]) == (1, "PASSED")
    assert result.stderr.endswith("Error: 1 of 10 answers unmeasured: people/i9/memorization-1\n")
    folder.save(stored(probes("u")))
    assert "nothing was measured" in out("gate", 4, "--min-rate", 0, "--max-unmeasured", 1, code=1)


def test_a_gate_on_a_comparison(folder: RunFolder) -> None:
    lines = out("gate", "last", "--compare", "last", "--compare-fail", "regressions>0", code=1).splitlines()
    assert lines[:2] == ["compared with the baseline", "before      #1 ft:m 'release' of 2026-11-01"]
    assert lines[-1].startswith("FAILED compare:regressions>0  100.0% → 62.5%")
    assert "regressions (9)" in out("gate", "last", "--compare", 1, "--min-rate", 0)


def test_without_a_baseline_a_comparison_fails_but_in_a_first_run(folder: RunFolder) -> None:
    gate = ("gate", 1, "--runs-dir", folder.folder, "--compare", "release", "--compare-fail", "regressions>0")
    result = run(*gate)
    assert result.exit_code == 1
    assert result.stdout == (
        "FAILED compare:regressions>0  cannot be evaluated: there is no baseline: store one with --ft-save in a run "
        "without this gate, or say --first-run\n"
    )
    first = run(*gate, "--first-run")
    assert (first.exit_code, first.stdout.partition("  ")[0]) == (0, "NOT EVALUATED compare:regressions>0")
    assert "there is a baseline, #1" in refused("gate", 2, *gate[4:], "--first-run")
    assert result.stderr == "no baseline yet: there is no run to compare #1 ft:m 'release' of 2026-11-01 with\n"
    write_json(Path("run.json"), stored(probes("r")))
    result = run("gate", "run.json", "--runs-dir", "empty", "--compare", "last", "--min-rate", "0.5")
    assert result.exit_code == 0
    assert result.stdout.startswith("PASSED all>=0.50")


def test_a_run_is_not_its_own_baseline(folder: RunFolder) -> None:
    path = next(one.path for one in folder if one.number == 2)
    for ref in ("2", path):
        message = refused("gate", 2, "--compare", ref, "--min-rate", "0", code=1)
        assert message == f"{ref} is the run itself: name another to compare it with"
    assert json.loads(out("gate", path, "--compare", "last", "--json"))["comparison"]["before"]["number"] == 1


def test_gate_as_json_and_markdown(folder: RunFolder) -> None:
    found = json.loads(out("gate", 2, "--min-rate", "0.9", "--compare", 1, "--json", "--markdown", "report.md", code=1))
    assert set(found) == {"run", "gates", "comparison", "unmeasured"}
    assert (found["run"]["number"], found["comparison"]["before"]["number"]) == (2, 1)
    assert [gate["status"] for gate in found["gates"]] == ["failed"]
    assert json.loads(out("gate", 2, "--min-rate", "0", "--json"))["comparison"] is None
    report = Path("report.md").read_text()
    assert "❌ failed" in report
    assert "<p><code>&#35;1 ft&#58;m" in report


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "names no gate: give --min-rate, --max-rate, --max-gap, --must-beat, --arm-fail or --compare"),
        (("--min-rate", "1.5"), "--min-rate=1.5: needs a rate from 0 to 1"),
        (("--min-rate", "=0.5"), "--min-rate==0.5: names nothing before '='"),
        (
            ("--max-rate", "stle=0.5"),
            "--max-rate=stle=0.5: 'stle' is no outcome that can be limited (did you mean 'stale'?)",
        ),
        (
            ("--min-rate", "poeple=0.5"),
            "--min-rate=poeple=0.5: the suite has no probes of 'poeple' (did you mean 'people'?)",
        ),
        (("--compare-fail", "drop>0.1"), "--compare-fail needs --compare=RUN, the run to compare with"),
        (("--compare", "1", "--compare-fail", "dro>0.1"), "--compare-fail=dro>0.1: cannot be read"),
        (("--min-rate", "0", "--max-unmeasured", "x"), "--max-unmeasured=x: needs a rate from 0 to 1"),
        (
            ("--min-rate", "0", "--gate-on", "x"),
            "Invalid value for '--gate-on' (env var: 'FT_GATE_ON'): 'x': choose one of rate, interval",
        ),
    ],
)
def test_gate_options_that_cannot_be_used(folder: RunFolder, options: tuple[str, ...], words: str) -> None:
    assert refused("gate", "last", *options).startswith(words)


# --- regrade


def test_regrading_what_is_right_changes_nothing(folder: RunFolder) -> None:
    assert out("regrade", "last") == "run #2 ft:m of 2026-11-02, 24 verdicts\nno verdict changed\n"


def test_regrade_shows_each_verdict_that_changed(folder: RunFolder) -> None:
    folder.save(stored([*probes("rw"), probe(5, WRONG, response="It is 61.", reason="a fault of ours")]))
    lines = out("regrade", 3, "--out", "new.json").splitlines()
    assert lines[:4] == [
        "run #3 ft:m of 2026-11-21, 3 verdicts",
        "",
        "people/i5/memorization-1: wrong → correct",
        "  was       a fault of ours",
    ]
    assert lines[4].startswith("  now       ")
    assert lines[5:9] == [
        "  question  How heavy is 5?",
        "  expected  61",
        "  answer    It is 61.",
        "  case      a.yaml:3",
    ]
    assert lines[10:] == [
        "1 verdict changed; pass rates",
        "  people/memorization  33.3% n=3 → 66.7% n=3",
        "  all/memorization     33.3% n=3 → 66.7% n=3",
    ]
    again = read_record(Path("new.json"))
    assert [one.outcome for one in again.results] == [RIGHT, WRONG, RIGHT]
    assert out("regrade", "new.json").endswith("no verdict changed\n")
    assert [one.outcome for one in read_record(next(r.path for r in folder if r.number == 3)).results][2] is WRONG


def test_regrade_as_json(folder: RunFolder) -> None:
    folder.save(stored([probe(5, WRONG, response="61", reason="a fault of ours")]))
    found = json.loads(out("regrade", 3, "--json"))
    assert set(found) == {"run", "changes", "pass_rates_before", "pass_rates_after", "notices"}
    (change,) = found["changes"]
    keys = {"id", "sample", "of_base", "of_arm", "place", "question", "expected", "answer", "before", "after"}
    assert set(change) == keys
    assert change["before"] == {"outcome": "wrong", "reason": "a fault of ours"}
    assert change["after"]["outcome"] == "correct"
    assert [found[f"pass_rates_{when}"][0]["rate"] for when in ("before", "after")] == [0.0, 1.0]


def test_the_base_models_verdicts_are_regraded_too(folder: RunFolder) -> None:
    base = GradedAnswer(outcome=WRONG, reason="a fault of ours", response="61")
    folder.save(stored([probe(5, base=base)], base_model="gpt"))
    lines = out("regrade", 3).splitlines()
    assert "people/i5/memorization-1, the base model's answer: wrong → correct" in lines
    assert json.loads(out("regrade", 3, "--json"))["changes"][0]["of_base"] is True


def test_comparing_regrades_with_graders_of_ones_own(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    own: dict[str, Any] = {"grader_options": {"name": "own", "registered": "heavy", "options": {}}}
    folder.save(stored([probe(1, WRONG, **own)], grading_version="old"))
    later = "2026-11-03T00:00:00+00:00"
    folder.save(stored([probe(1, WRONG, **own)], grading_version="old", created=later))
    Path("my_own_heavy_graders.py").write_text(OWN_GRADER)
    monkeypatch.syspath_prepend(Path.cwd())
    assert "probes      1 still wrong" in out("compare", 3, 4).splitlines()
    found = out("compare", 3, 4, "--graders", "heavy=my_own_heavy_graders:heavy").splitlines()
    assert "probes      1 still right" in found
    gate = ("gate", 4, "--compare", 3, "--compare-fail", "drop>0.1", "--allow-undecided")
    assert "probes      1 still wrong" in out(*gate).splitlines()
    assert "probes      1 still right" in out(*gate, "--graders", "heavy=my_own_heavy_graders:heavy").splitlines()
    monkeypatch.setenv("FT_GRADERS", "heavy=my_own_heavy_graders:heavy")
    assert "probes      1 still right" in out(*gate).splitlines()


def test_regrade_with_a_grader_of_ones_own(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    own: dict[str, Any] = {"grader_options": {"name": "own", "registered": "heavy", "options": {}}}
    folder.save(stored([probe(1, WRONG, **own)]))
    lines = out("regrade", 3).splitlines()
    assert lines[1].startswith("note: the custom grader 'heavy' is not known here: 1 verdict")
    assert lines[2:] == ["no verdict changed"]
    Path("my_heavy_graders.py").write_text(OWN_GRADER)
    monkeypatch.syspath_prepend(Path.cwd())
    lines = out("regrade", 3, "--graders", "heavy=my_heavy_graders:heavy").splitlines()
    assert "people/i1/memorization-1: wrong → correct" in lines
    assert "  now       weighed by hand" in lines


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("heavy", "--graders=heavy: write NAME=MODULE:ATTRIBUTE, for example tone=mypackage.graders:tone"),
        ("heavy=", "--graders=heavy=: write NAME=MODULE:ATTRIBUTE"),
        ("heavy=nowhere:x", "--graders=heavy=nowhere:x: cannot be imported: No module named 'nowhere'"),
        ("exact=json:dumps", "--graders=exact=json:dumps: 'exact' is a built-in grader"),
    ],
)
def test_graders_that_cannot_be_used(folder: RunFolder, given: str, words: str) -> None:
    assert refused("regrade", 1, "--graders", given).startswith(words)


def test_a_record_that_cannot_be_written(folder: RunFolder) -> None:
    Path("file").touch()
    assert refused("regrade", 1, "--out", "file/x.json", code=1).startswith("file/x.json: cannot be written: ")


def test_gates_of_rivals_weights_and_each_kind(folder: RunFolder) -> None:
    # nothing says what the control answers: a rival without answers is never beaten
    line = out("gate", 1, "--must-beat", "control", code=1)
    assert line == "FAILED beats-control  cannot be evaluated: the control answered none of these probes\n"
    line = out("gate", 2, "--min-rate", "each-kind=0.5", code=1)
    assert line.startswith("FAILED each-kind>=0.50  rephrased: 25.0% [")
    assert "n=12 items" in out("gate", 1, "--min-rate", 0.9, "--weight", "items")
    line = out("gate", 2, "--compare", 1, "--compare-fail", "worse-by>0.1", "--weight", "items", code=1)
    assert "FAILED compare:worse-by>0.1  100.0% → 62.5%" in line
    assert "n=12 items" in line
    assert refused("gate", 1, "--must-beat", "luck").startswith("--must-beat=luck: 'luck' is no rival")
    # the same run twice: nothing fell, but 12 items do not rule out a drop of ten points
    out("compare", 1, 1, "--compare-fail", "drop>0.1")
    assert "FAILED compare:drop>0.1" in out(
        "compare", 1, 1, "--compare-fail", "drop>0.1", "--gate-on", "interval", code=1
    )
