"""Short Markdown, metrics and pictures: exact figures, bounded length, and no text that acts."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest

from pytest_finetunebench.reports.badge import badge, card
from pytest_finetunebench.reports.markdown import brief_markdown
from pytest_finetunebench.reports.metrics import metrics
from pytest_finetunebench.reports.summarise import summarise
from pytest_finetunebench.reports.summary import Summary
from pytest_finetunebench.runs.gate_results import GateResult
from tests.support.attacks import ATTACKS
from tests.support.results import result
from tests.support.stored import UNMEASURED, WRONG

GATE = GateResult('generalization>=0.60"', "failed", "40.3% [34.9, 46.0] n=300", 0.403, 0.349, 0.46, 300)
SAMPLE = re.compile(r'[a-z_]+(\{([a-z]+="(\\.|[^"\\\n])*",?)*\})? -?[0-9.e+-]+')


def summary(categories: int = 1) -> Summary:
    results = [
        result(outcome, category=f"c{number:02}", kind=kind)
        for number in range(categories)
        for outcome, kind in ((None, "memorization"), (WRONG, "rephrased"))
        for outcome in ([outcome] if outcome else [result().outcome])
    ]
    return summarise(results, "ft:m")


def test_the_short_markdown_stays_short() -> None:
    text = brief_markdown(summary(90), [GATE] * 90)
    assert len(text.splitlines()) < 60
    assert "finetunebench&#58; 90 gates failed" in text
    assert "… and 75 more" in text
    assert "<td>100.0% 5.0–100.0</td><td>0.0% 0.0–95.0</td><td>+100.0</td><td>2</td>" in text


def test_metrics_are_openmetrics() -> None:
    lines = metrics(summary(), [GATE]).splitlines()
    assert lines[-1] == "# EOF"
    assert 'finetunebench_pass_rate{category="all",kind="generalization"} 0' in lines
    assert 'finetunebench_measured{category="c00",kind="memorization"} 1' in lines
    assert 'finetunebench_gate_passed{gate="generalization>=0.60\\"",status="failed"} 0' in lines
    assert "finetunebench_gap 1" in lines
    announced: list[str] = []
    for line in lines[:-1]:
        if line.startswith("# TYPE "):
            announced.append(line.split()[2])
        elif not line.startswith("# HELP "):
            assert SAMPLE.fullmatch(line), line
            assert line.startswith(announced[-1])
    assert len(set(announced)) == len(announced)


@pytest.mark.parametrize(
    ("results", "words"),
    [
        ([result(kind="rephrased"), result(WRONG, kind="rephrased")], "generalization: 50%"),
        ([result(kind="rephrased") for _ in range(999)] + [result(WRONG, kind="rephrased")], "generalization: 99%"),
        ([result(), result(WRONG)], "right: 50%"),
        ([result(UNMEASURED)], "right: unmeasured"),
    ],
)
def test_a_badge_never_rounds_up(results: list[object], words: str) -> None:
    text = badge(summarise(results, "m"))  # type: ignore[arg-type]
    root = ElementTree.fromstring(text)  # noqa: S314 - our own
    assert root.get("aria-label") == words


@pytest.mark.parametrize("attack", ATTACKS[:-1], ids=range(len(ATTACKS) - 1))
def test_no_text_acts_in_a_picture(attack: str) -> None:
    text = card(summarise([result(category=attack)], attack), attack)
    root = ElementTree.fromstring(text)  # noqa: S314 - our own
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "style", "rect", "text", "path", "circle"}
    assert not any(name.startswith("on") for element in root.iter() for name in element.attrib)
