"""The HTML page in a real headless Chromium: `make test-browser`. Skipped with a reason where there is none.

Screenshots in both modes at three widths are written to the folder that `FINETUNEBENCH_SHOTS` names.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_finetunebench.reports.html.page import Report, StoredRates, html_page
from pytest_finetunebench.reports.summarise import summarise_record
from pytest_finetunebench.runs.comparison import compare_runs
from pytest_finetunebench.runs.gate_results import GateResult
from pytest_finetunebench.runs.record import RunRecord
from tests.support.attacks import ATTACKS
from tests.support.stored import RIGHT, STALE, WRONG, probe, stored

pytestmark = pytest.mark.browser
KINDS = ("memorization", "rephrased", "secondary", "retention")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
GATES = (
    GateResult("memorization>=0.90", "passed", "95.0% [90.4, 97.0] n=250", 0.95, 0.904, 0.97, 250),
    GateResult("generalization>=0.60", "failed", "40.3% [34.9, 46.0] n=300", 0.403, 0.349, 0.46, 300, margin=-0.197),
    GateResult("all>=0.50", "not evaluated", "a partial run: 2 of 5 probes selected", excused=True),
)
TREND = [StoredRates(f"#{n}", f"2026-11-{10 + n}", 0.9, 0.2 + n / 10, n == 2) for n in range(1, 5)]
WIDTHS = ((390, 844), (1280, 800), (1920, 1080))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="needs playwright: make test-browser installs it")
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def run(count: int, seed: int = 0, **parts: Any) -> RunRecord:
    """Return a run of many items, alike for a seed; a few answers are hostile."""
    draw = random.Random(seed)
    results = []
    for number in range(count):
        kind = KINDS[number % 4]
        outcome = RIGHT if draw.random() < (0.95 if kind == "memorization" else 0.5) else draw.choice((WRONG, STALE))
        answer = (
            ATTACKS[number % len(ATTACKS)][:400] if number % 50 == 7 else f"It is {61 if outcome is RIGHT else 80} kg"
        )
        fields = {"response": answer, "category": f"category-{number % 5}", "reason": f"says {number % 9}"}
        results.append(probe(number // 4, outcome, kind=kind, **fields))
    return stored(results, **parts)


def report(count: int) -> str:
    before, after = run(count, 1, model="ft:old"), run(count, 2, model="ft:gpt-4o-mini-2024-07-18:acme::Ab12")
    others = [(f"step {number}", run(count, number + 2, model=f"ft:{number}")) for number in (1, 2, 3)]
    compared = [(name, compare_runs(one, after)) for name, one in [("baseline", before), *others]]
    return html_page(Report(after, summarise_record(after), GATES, compared, TREND))


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(report(400), encoding="utf-8")
    return path


@pytest.fixture
def opened(chromium: Any, page_file: Path) -> Iterator[Any]:
    page = chromium.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page.messages = []
    page.on("console", lambda message: page.messages.append(message.text))
    page.on("pageerror", lambda error: page.messages.append(str(error)))
    page.on("request", lambda request: request.url.startswith("file:") or page.messages.append(request.url))
    page.goto(page_file.as_uri())
    yield page
    page.close()


def test_the_page_opens_without_a_word_and_no_text_acts(opened: Any) -> None:
    assert opened.title() == "1 of 3 gates failed · ft:gpt-4o-mini-2024-07-18:acme::Ab12"
    opened.fill("#f-q", "script")
    for _ in range(8):
        opened.keyboard.press("Escape")
        opened.evaluate("document.activeElement.blur()")
        opened.keyboard.press("j")
    assert opened.evaluate("window.hit") is None
    assert opened.messages == []


def test_filters_search_order_and_links(opened: Any) -> None:
    assert opened.inner_text("#count") == "400 answers"
    opened.select_option("#f-change", "broke")
    broke = int(opened.inner_text("#count").split()[0])
    assert 0 < broke < 400
    opened.select_option("#f-kind", "rephrased")
    assert int(opened.inner_text("#count").split()[0]) < broke
    assert "change=broke" in opened.evaluate("location.hash")
    assert "kind=rephrased" in opened.evaluate("location.hash")
    opened.reload()
    assert opened.input_value("#f-change") == "broke"
    opened.select_option("#f-change", "")
    opened.select_option("#f-kind", "")
    opened.select_option("#f-sort", "change")
    assert opened.inner_text("#body tr[data-at='0'] td >> nth=1") == "broke"
    opened.fill("#f-q", "how heavy is 17?")
    assert opened.inner_text("#count") == "4 of 400 answers"


def test_an_answer_opens_beside_its_earlier_one(opened: Any) -> None:
    opened.select_option("#f-change", "broke")
    opened.click("#body tr[data-at='0']")
    told = opened.inner_text("#detail")
    assert "answer before (correct)" in told
    assert "pytest -k '[category-" in told
    assert "a.yaml:3" in told
    assert opened.inner_text("#detail del") == "61"
    assert opened.inner_text("#detail ins") == "80"
    link = opened.evaluate("location.href")
    opened.goto("about:blank")
    opened.goto(link)
    assert "answer before (correct)" in opened.inner_text("#detail")
    opened.keyboard.press("Escape")
    assert opened.is_hidden("#detail")


def test_the_keyboard_reaches_everything(opened: Any) -> None:
    opened.keyboard.press("/")
    assert opened.evaluate("document.activeElement.id") == "f-q"
    opened.evaluate("document.activeElement.blur()")
    opened.keyboard.press("j")
    first = opened.inner_text("#detail h3")
    opened.keyboard.press("j")
    assert opened.inner_text("#detail h3") != first
    opened.keyboard.press("k")
    assert opened.inner_text("#detail h3") == first


def test_without_javascript_the_answers_are_a_plain_table(chromium: Any, page_file: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(page_file.as_uri())
    assert page.locator("table.plain tbody tr").count() == 400
    assert page.is_hidden("#explorer")
    assert page.is_visible("table.plain caption")
    context.close()


def test_printed_it_shows_every_answer_and_what_is_folded(opened: Any) -> None:
    folded = opened.locator("details:not([open])").count()
    assert folded
    assert opened.locator("#body tr[data-at]").count() < 100
    opened.evaluate("dispatchEvent(new Event('beforeprint'))")
    opened.emulate_media(media="print")
    opened.set_viewport_size({"width": 720, "height": 1000})  # A4 between usual margins
    assert opened.evaluate("document.documentElement.scrollWidth") <= 720
    assert opened.locator("#body tr[data-at]").count() == 400
    assert opened.locator("details:not([open])").count() == 0
    assert opened.is_visible("#body tr[data-at='399'] .c-expected")
    assert opened.evaluate(
        "document.getElementById('rows').scrollHeight === document.getElementById('rows').clientHeight"
    )
    if folder := os.environ.get("FINETUNEBENCH_SHOTS"):
        opened.evaluate("document.getElementById('answers').scrollIntoView()")
        opened.screenshot(path=f"{folder}/1280-print.png")
    opened.set_viewport_size({"width": 1280, "height": 800})
    opened.emulate_media(media="screen")
    opened.evaluate("dispatchEvent(new Event('afterprint'))")
    assert opened.locator("#body tr[data-at]").count() < 100
    assert opened.locator("details:not([open])").count() == folded


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_nothing_is_cut_and_axe_finds_nothing(
    chromium: Any, page_file: Path, mode: str, width: int, height: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    page = chromium.new_page(viewport={"width": width, "height": height}, color_scheme=mode, reduced_motion="reduce")
    page.goto(page_file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    folder = os.environ.get("FINETUNEBENCH_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{width}-{mode}.png")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    if folder:
        page.screenshot(path=f"{folder}/{width}-{mode}-answer.png")
        page.screenshot(path=f"{folder}/{width}-{mode}-whole.png", full_page=True)
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.close()


def test_ten_thousand_answers_open_fast_and_scroll(chromium: Any, tmp_path: Path) -> None:
    record = run(10_000)
    path = tmp_path / "large.html"
    path.write_text(html_page(Report(record, summarise_record(record), GATES)), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    began = time.monotonic()
    page.goto(path.as_uri())
    page.wait_for_selector("#body tr[data-at='0']")
    opened_in = time.monotonic() - began
    assert opened_in < 6  # under 2 s on a quiet machine
    slowest = page.evaluate(
        """async () => {
            const box = document.getElementById("rows");
            box.scrollIntoView();
            const times = [];
            let last = performance.now();
            for (let step = 0; step < 60; step++) {
                box.scrollTop = step * 5000;
                await new Promise(requestAnimationFrame);
                const now = performance.now();
                times.push(now - last);
                last = now;
            }
            times.sort((a, b) => a - b);
            return times[Math.floor(times.length * 0.9)];
        }"""
    )
    print(
        f"opened in {opened_in:.2f} s; nine of ten frames within {slowest:.0f} ms; {path.stat().st_size / 1e6:.1f} MB"
    )
    assert slowest < 200
    assert page.locator("#body tr").count() < 80
    page.close()
