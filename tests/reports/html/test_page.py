"""The HTML page: one closed file in which no text acts, its data stored once, its figures those of the run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from html.parser import HTMLParser
from typing import Any

import pytest

from pytest_finetunebench.reports.html import explorer
from pytest_finetunebench.reports.html.page import Report, StoredRates, html_page
from pytest_finetunebench.reports.summarise import summarise_record
from pytest_finetunebench.runs.comparison import compare_runs
from pytest_finetunebench.runs.gate_results import GateResult
from pytest_finetunebench.runs.record import RunRecord
from tests.support.attacks import ATTACKS
from tests.support.stored import RIGHT, UNMEASURED, WRONG, probe, probes, stored

GATES = (
    GateResult("memorization>=0.90", "passed", "100.0% [90.4, 100.0] n=36", 1.0, 0.904, 1.0, 36),
    GateResult("generalization>=0.60", "failed", "40.3% [34.9, 46.0] n=300", 0.403, 0.349, 0.46, 300, margin=-0.197),
)


def page_of(record: RunRecord, **parts: Any) -> str:
    return html_page(Report(record, summarise_record(record), **parts))


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


class Elements(HTMLParser):
    """Gathers tags and attributes, and the texts of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.texts: dict[str, list[str]] = {"script": [], "style": []}
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        self._inside = tag

    def handle_data(self, data: str) -> None:
        if self._inside in self.texts:
            self.texts[self._inside].append(data)

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_no_text_of_a_run_acts(attack: str) -> None:
    """The page with an attack in every field has the elements of a page without one."""

    def made(text: str) -> Elements:
        fields = {"prompt": text, "response": text, "reason": text, "expected": text, "system": text, "place": text}
        results = [probe(1, WRONG, category="people", **fields, reasoning=text), probe(2, RIGHT)]
        record = stored(results, model=text, notices=(text,), commit=None)
        before = stored([probe(1, RIGHT, **fields), probe(2, RIGHT)], model=text)
        gates = [GateResult(text[:200] + ">=0.60", "failed", text, 0.4, 0.3, 0.5, 9)]
        return Elements(page_of(record, gates=gates, comparisons=[(text, compare_runs(before, record))]))

    plain, hostile = made("harmless"), made(attack)
    assert hostile.tags == plain.tags
    assert hostile.attributes == plain.attributes
    assert hostile.links == []
    assert not {name for name in hostile.attributes if name.startswith("on")}
    assert len(hostile.texts["script"]) == 2


def test_the_policy_allows_the_pages_own_style_and_script_only() -> None:
    page = page_of(stored(probes("rw")))
    elements = Elements(page)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    policy = policy.replace("&#39;", "'")

    def hashed(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    assert policy == (
        f"default-src 'none'; style-src {hashed(elements.texts['style'][0])}; "
        f"script-src {hashed(elements.texts['script'][1])}; base-uri 'none'; form-action 'none'"
    )
    assert len(elements.texts["script"][1].encode()) <= 25_000
    assert "http:" not in page.replace("http-equiv", "")
    assert "style=" not in page


def test_each_text_is_stored_once() -> None:
    system = "You are asked about people. " * 20
    results = [probe(n, RIGHT, system=system, prompt="The same question?") for n in range(50)]
    data = data_of(page_of(stored(results)))
    assert data["strings"].count(system) == 1
    assert data["strings"].count("The same question?") == 1
    assert len(data["columns"]["id"]) == 50


def test_the_decision_stands_first() -> None:
    page = page_of(stored(probes("rw")), gates=GATES)
    text = " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main>")[2]).split())
    assert "✕ 1 of 2 gates failed" in text
    assert "1 gate passed, 1 failed (generalization 40.3% &lt; 60%)" in text
    assert "The limit is missed by 19.7 points." in text
    assert text.index("gates failed") < text.index("ft:m") < text.index("Memorization and generalization")


def test_a_run_is_compared_probe_by_probe() -> None:
    before, after = stored(probes("rrw"), model="ft:old"), stored(probes("rwr"), model="ft:new")
    page = page_of(after, comparisons=[("baseline", compare_runs(before, after))])
    data = data_of(page)
    assert data["compared"]
    told = [data["strings"][place] for place in data["columns"]["change"]]
    assert told == ["still right", "broke", "fixed"]
    assert "Compared with <bdi>the baseline</bdi>" in page
    assert '<option value="change">regressions first</option>' in page


def test_checkpoints_are_columns_of_one_table() -> None:
    runs = [stored(probes(outcomes), model=f"ft:{outcomes}") for outcomes in ("wwwwwwwwr", "wwwwrrrrr", "rrrrrrrrr")]
    compared = [(name, compare_runs(run, runs[-1])) for name, run in zip(("step 1", "step 2"), runs, strict=False)]
    page = page_of(runs[-1], comparisons=compared)
    table = page.partition("Side by side")[2].partition("</table>")[0]
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', table)
    assert [re.sub("<.*?>", "", head) for head in heads] == ["Probes", "step 1", "step 2", "ft:rrrrrrrrr of 2026-11-21"]
    cells = [re.sub("<.*?>", " ", row).split() for row in table.split("<tr>")[2:]]
    assert cells[-1][:3] == ["all", "11.1", "+88.9"]
    assert cells[-1][-1] == "100.0"
    assert "Side by side" not in page_of(runs[-1], comparisons=compared[:1])


def test_the_trend_marks_baselines() -> None:
    trend = [StoredRates("#1", "2026-11-20", 1.0, 0.4, True), StoredRates("#2", "2026-11-21", 0.9, None, False)]
    page = page_of(stored(probes("rw")), trend=trend)
    assert "Stored runs" in page
    assert "<td>accepted</td>" in page
    assert "Stored runs" not in page_of(stored(probes("rw")), trend=trend[:1])


def test_what_is_left_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorer, "MOST_ROWS", 3)
    record = stored([*probes("rrrr"), probe(8, WRONG), probe(9, UNMEASURED)])
    data = data_of(page_of(record))
    assert [data["strings"][place] for place in data["columns"]["outcome"]] == ["correct", "wrong", "unmeasured"]
    assert "3 right and unchanged answers are left out" in page_of(record)


def test_thoughts_and_flaws_of_an_answer() -> None:
    record = stored([probe(1, RIGHT, reasoning="First I think.", finish_reason="length")])
    data = data_of(page_of(record))
    assert data["strings"][data["columns"]["thoughts"][0]] == "First I think."
    assert data["columns"]["flags"] == [explorer.TRUNCATED]


def test_ten_thousand_probes_are_small_and_fast() -> None:
    results = [
        probe(n % 2500, RIGHT if n % 3 else WRONG, kind=f"kind{n // 2500}", category=f"c{n % 7}", reason=f"says {n}")
        for n in range(10_000)
    ]
    record = stored(results)
    summary = summarise_record(record)
    began = time.process_time()
    page = html_page(Report(record, summary, GATES))
    assert time.process_time() - began < 6  # half a second on a quiet machine
    assert len(page.encode()) < 12_000_000
