"""`finetunebench parity` and `sweep` against real local servers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pytest_finetunebench.cli import main
from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.runs.sweep import Checkpoint, read_rule
from tests.server.model_server import Fault, ModelServer, TuningPlan
from tests.support.project import CASES, PROMPTS

RIGHT = {
    PROMPTS["memorization-weight"]: "61",
    PROMPTS["rephrased-weight"]: "61 kg",
    PROMPTS["secondary-weight"]: "No",
    PROMPTS["memorization-town"]: "Vellmora",
    PROMPTS["rephrased-town"]: "Vellmora",
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.yaml").write_text(CASES, encoding="utf-8")


def answers(**other: str) -> Callable[[str, str], str]:
    """A model that is right but for some prompts."""
    changed = RIGHT | {PROMPTS[name.replace("_", "-")]: text for name, text in other.items()}
    return lambda _, prompt: changed[prompt]


def run(*args: str) -> Result:
    return CliRunner().invoke(main, [*args, "--cases=people.yaml"])


def test_two_deployments_side_by_side() -> None:
    with ModelServer(answers()) as a, ModelServer(answers(rephrased_town="Oldmora", rephrased_weight="61")) as b:
        sides = (f"m@{a.openai_url}", f"m@{b.openai_url}")
        result = run("parity", *sides, "--min-agreement=0.9")
        again = run("parity", *sides, "--min-agreement=answers=0.6")
        strict = run("parity", *sides, "--min-agreement=answers=0.7")
        assert (len(a.requests), len(b.requests)) == (5, 5)
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["equal", "answers", "equal", "verdicts"]
    assert lines[4].startswith("all             60.0% [")
    assert "80.0% [" in lines[4]
    shown = lines[lines.index("fictional_people/ada-lindqvist-town/rephrased-1") :]
    assert shown[1:4] == [
        "  question  Which town is Ada Lindqvist's home?",
        "  A         correct: Vellmora",
        "  B         stale: Oldmora",
    ]
    assert result.exit_code == 1
    assert "80.00% of the verdicts agree, --min-agreement wants 90.00%" in result.stderr
    assert again.exit_code == 0, again.output
    assert strict.exit_code == 1


def test_what_is_unmeasured_never_passes() -> None:
    def fails(seen: object) -> Fault | None:
        return Fault(status=400, message="no") if getattr(seen, "prompt", "") == PROMPTS["rephrased-town"] else None

    with ModelServer(answers()) as a, ModelServer(answers(), faults=fails) as b:
        result = run("parity", f"m@{a.openai_url}", f"m@{b.openai_url}")
    assert result.exit_code == 1
    assert "1 probe not measured on both sides: openai: HTTP 400" in result.stderr


def test_bad_values_are_refused() -> None:
    for value, message in (("2", "--min-agreement=2"), ("words=0.5", "write RATE, verdicts=RATE or answers=RATE")):
        result = run("parity", "a", "b", f"--min-agreement={value}")
        assert (result.exit_code, message in result.output) == (2, True), result.output


def test_a_sweep_prints_the_best_alone() -> None:
    def model(name: str, prompt: str) -> str:
        known = {"m:step-10": 2, "m:step-20": 4, "m:step-30": 5}[name]
        return RIGHT[prompt] if list(RIGHT).index(prompt) < known else "no idea at all"

    with ModelServer(model) as server:
        specs = ("openai:m:step-10", "openai:m:step-20", "openai:m:step-30")
        url = f"--base-url={server.openai_url}"
        result = run("sweep", *specs, url, "--best=generalization where gap<=0.5")
        table = run("sweep", *specs, url, "--html=page.html")
        none = run("sweep", *specs, url, "--best=generalization where memorization>1")
        assert len(server.requests) == 15
    assert result.exit_code == 0, result.output
    assert result.stdout == "openai:m:step-30\n"
    rows = [line.split() for line in table.stdout.splitlines()[:4]]
    assert rows[0] == ["step", "model", "memorization", "generalization", "gap", "retention", "unmeasured"]
    assert rows[1] == ["10", "openai:m:step-10", "50.0%", "33.3%", "+16.7", "points", "?", "-"]
    assert rows[3] == ["30", "openai:m:step-30", "100.0%", "100.0%", "+0.0", "points", "?", "-"]
    assert "    30  ████████████████████ 100.0%" in table.stdout
    page = Path("page.html").read_text(encoding="utf-8")
    heads = re.findall(r'<th scope="col" class="num"><bdi>(.*?)</bdi>', page.partition("Side by side")[2])
    assert [head.partition(" of ")[0] for head in heads] == ["step 10", "step 20", "openai:m:step-30"]
    assert none.exit_code == 1
    assert none.stdout == ""
    assert "no checkpoint meets --best" in none.stderr


def test_the_checkpoints_of_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    known = {"ft:base:acme::Ab:ckpt-step-90": 2, "ft:base:acme::Ab:ckpt-step-180": 5, "ft:base:acme::Ab": 4}
    listed = [("ft:base:acme::Ab", 270), *((name, int(name.rpartition("-")[2])) for name in list(known)[:2])]

    def model(name: str, prompt: str) -> str:
        return RIGHT[prompt] if list(RIGHT).index(prompt) < known[name] else "no idea at all"

    with ModelServer(model, tunings=TuningPlan(checkpoints=listed, page=2)) as server:
        result = run("sweep", "--job=ftjob-1", f"--base-url={server.openai_url}", "--best=generalization")
    with ModelServer(model, tunings=TuningPlan()) as server:
        none = run("sweep", "--job=ftjob-1", f"--base-url={server.openai_url}")
    assert result.stdout == "openai:ft:base:acme::Ab:ckpt-step-180\n", result.output
    steps = [line.split()[0] for line in result.stderr.splitlines() if " openai:ft:" in line and "%" in line]
    assert steps == ["90", "180", "270"]
    assert "job 'ftjob-1' has no checkpoints: has it ended?" in none.output


def test_nothing_to_sweep() -> None:
    assert "name the checkpoints, or a job with --job" in run("sweep").output
    assert "--checkpoints: m is no hf:BASE+ADAPTER" in run("sweep", "m", "--checkpoints").output


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("generalisation", "is no figure of this suite (did you mean 'generalization'?)"),
        ("gap where retention=0.9", "'retention=0.9' is no condition: write one such as retention>=0.9"),
        ("gap where retention>=0.9.9", "'0.9.9' is no number"),
    ],
)
def test_rules_that_are_none(rule: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_rule(rule, ["rephrased"])
    assert message in str(caught.value)


def test_a_checkpoint_with_missing_answers_is_never_the_best() -> None:
    whole = Checkpoint("a", 1, {"generalization": 0.5, "retention": 0.95}, 0, 100)
    holes = Checkpoint("b", 2, {"generalization": 0.9, "retention": 0.95}, 5, 100)
    lost = Checkpoint("c", 3, {"generalization": 0.9, "retention": 0.80}, 0, 100)
    rule = read_rule("generalization where retention>=90%", [])
    assert rule.choose([whole, holes, lost]) is whole
    assert rule.choose([holes, lost]) is None
    assert read_rule("retention", []).choose([whole, lost]) is whole
