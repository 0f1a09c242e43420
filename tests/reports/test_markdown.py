"""The Markdown report, read back by a Markdown parser: what it says, and that foreign text cannot break out."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pytest_finetunebench.completions import valid_unicode
from pytest_finetunebench.models.graded import GradedAnswer
from pytest_finetunebench.reports.failing import printable
from pytest_finetunebench.reports.markdown import MAX_BYTES, code, markdown
from pytest_finetunebench.reports.summarise import summarise
from pytest_finetunebench.runs.comparison import compare_runs, record_of_base
from pytest_finetunebench.runs.gate_results import GateResult
from tests.support.results import result
from tests.support.stored import RIGHT, STALE, UNMEASURED, WRONG, probe, probes, stored

OURS = {"h2", "h3", "p", "b", "i", "br", "code", "table", "tr", "th", "td", "details", "summary"}
ADDED_BY_PARSERS = {"thead", "tbody"}
ATTACKS = [
    "| a | b |",
    "\\| \\\\| \\",
    "a\n|---|---|\n| b",
    "`x` ``y`` " + "`" * 40,
    "```\nfence\n```",
    "~~~\nfence",
    "a\n\nb\r\n\r\nc\rd\n \n\n# heading",
    "setext\n======\nsetext\n------",
    "<b>x</b></code></td></tr></table><h1>owned</h1>",
    "</details></summary><details open>",
    "<!-- comment",
    "--> ]]> ?>",
    "<script>alert(1)</script><style>*{}</style>",
    "<img src=x onerror=alert(1)><a href='javascript:x'>x</a>",
    "@octocat @org/team #123 GH-123 org/repo#1 a5c3785ed8d6a35868bc169f07e40e889087fd2e",
    "https://example.com www.example.com me@example.com <https://example.com>",
    "![x](https://example.com/x.png) [x](javascript:x) [x]: https://example.com",
    "[^1] [^1]: note",
    ":x: :shipit: :+1:",
    "$x^2$ $$y$$ $`z`$ \\(a\\) ```math",
    "*a* **b** __c__ _d_ ~~e~~",
    "> [!WARNING]\n> quote\n- [ ] task\n1. one\n    code",
    "&lt;b&gt; &amp; &#64; &nbsp; &notanentity;",
    "\0\x07\x1b[31mred\x1b[0m\x85\u2028\u2029",
    "\u202eevil\u2066\u200b\ufeff",
    "\ud800 \udfff",
    "   \t ",
    "",
    "---\ntitle: x\n---",
    "::warning file=a::x",
]


class Reader(HTMLParser):
    """Reads the rendered report: its tags, what each row holds, and the texts inside and outside of <code>."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.skeleton: list[str] = []
        self.codes: list[str] = []
        self.tables: list[list[int]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in OURS | ADDED_BY_PARSERS, tag
        assert attrs == []
        if tag == "br" and "code" in self._open:
            self.codes[-1] += "\n"
            return
        self.skeleton.append(f"<{tag}>")
        if tag == "br":
            return
        self._open.append(tag)
        if tag == "code":
            self.codes.append("")
        elif tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append(0)
        elif tag in ("td", "th"):
            self.tables[-1][-1] += 1

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self.skeleton.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if "code" in self._open:
            assert "\n" not in data
            self.codes[-1] += data
        elif data.strip():
            self.skeleton.append(data.strip())

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")


def rendered(text: str, *, html: bool = True) -> str:
    return str(MarkdownIt("commonmark", {"html": html}).enable(["table", "strikethrough"]).render(text))


def read(text: str) -> Reader:
    reader = Reader(rendered(text))
    for table in reader.tables:
        assert len(table) > 1
        assert len(set(table)) == 1
    return reader


def report_of(text: str) -> str:
    """Return a report with one foreign text in every place that holds one."""
    parts: dict[str, Any] = {
        "prompt": text,
        "expected": text,
        "place": text,
        "reason": text,
        "response": text,
        "id": text,
        "control": RIGHT,
    }
    one = result(WRONG, **parts)
    before = stored([result(RIGHT, **parts)], model=text, name=text, notices=(text,))
    after = stored([one, result(UNMEASURED, reason=text)], model=text, name=text)
    summary = summarise(after.results, text, notices=(text,), base_url=text, not_run=1)
    gates = [GateResult(text, "failed", text, 0.5, 0.4, 0.6, 10, True), GateResult(text, "not evaluated", text)]
    return markdown(summary, gates, [(text, compare_runs(before, after))], after.results)


PLAIN = read(report_of("x"))


def check(text: str) -> None:
    report = report_of(text)
    found = read(report)
    shown = printable(str(valid_unicode(text))).replace("\t", " ")
    if not text:
        return
    assert found.skeleton == PLAIN.skeleton
    expected = [shown if one == "x" else one.replace("x", shown) if "'x'" in one else one for one in PLAIN.codes]
    assert found.codes == expected
    assert report.encode()
    # without HTML the tags are text, and so is all else
    for token in MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).parse(report):
        kinds = {child.type for child in token.children or ()}
        assert kinds <= {"text", "text_special", "softbreak"}, kinds
        assert token.type in ("inline", "paragraph_open", "paragraph_close", "heading_open", "heading_close")


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_breaks_out(text: str) -> None:
    check(text)


@given(st.text(st.characters(exclude_categories=()), max_size=200) | st.lists(st.sampled_from(ATTACKS)).map("".join))
@example("x" * 199 + "&")
def test_no_text_breaks_out(text: str) -> None:
    check(text[:200])


@given(st.sampled_from(ATTACKS) | st.text())
def test_category_and_kind_do_not_break_out(text: str) -> None:
    record = stored([probe(1, category=text, item="i"), probe(2, WRONG, kind=text or "x", category=text, item="i")])
    report = markdown(summarise(record.results, "m"), [], [], record.results)
    read(report)


def test_the_report() -> None:
    before = stored(probes("rrs") + probes("rr", kind="rephrased"), number=1, model="ft:old")
    after = stored(probes("wrs") + probes("rw", kind="rephrased"), number=2, model="ft:new")
    gates = [GateResult("all>=0.60", "failed", "40.0% [11.8, 76.9] n=5; undecided", 0.4, 0.1, 0.8, 5, True)]
    summary = summarise(after.results, "ft:new", notices=("a note",))
    report = markdown(summary, gates, [("baseline", compare_runs(before, after))], after.results)
    lines = report.splitlines()
    assert [line for line in lines if line.startswith("#")] == [
        "## Knowledge tests",
        "### Gates",
        "### Pass rates",
        "### Regressions (2)",
    ]
    assert "<tr><td><code>people</code></td><td><code>rephrased</code></td><td>50.0%</td><td>6.1–93.9</td>" in report
    assert "<td>❌ failed</td>" in report
    assert "<p><b>outcomes</b> 2 correct, 1 stale, 2 wrong</p>" in lines
    assert "<p><b>answers</b> 0 calls made, 0 cache hits</p>" in lines
    assert "<p><b>note</b> <code>a note</code></p>" in lines
    assert "<p><b>probes</b> 2 broke, 1 still stale, 2 still right</p>" in lines
    regression = next(line for line in lines if "How heavy is 1?" in line)
    assert regression.endswith(
        "<td><code>61</code></td><td><code>61</code></td><td><code>80</code></td><td>wrong</td></tr>"
    )
    assert "<details><summary>Failures (3)</summary><table>" in lines
    assert report.index("Gates") < report.index("Pass rates") < report.index("Regressions") < report.index("Failures")


def test_the_four_results_of_a_gate() -> None:
    results = probes("r")
    gates = [
        GateResult("a", "passed", "fine"),
        GateResult("b", "failed", "bad"),
        GateResult("c", "not evaluated", "partial", excused=True),
        GateResult("d", "cannot be decided", "few", needed=5),
        GateResult("e", "cannot be decided", "few", needed=5, excused=True),
    ]
    assert [gate.blocks for gate in gates] == [False, True, False, True, False]
    report = markdown(summarise(results, "ft:m"), gates, [], results)
    words = ["✅ passed", "❌ failed", "⚪ not evaluated", "❌ cannot be decided", "⚪ cannot be decided (allowed)"]
    for told in words:
        assert f"<td>{told}</td>" in report


def test_a_report_without_gates_comparison_or_failures_is_short() -> None:
    report = markdown(summarise(probes("rr"), "ft:m"), [])
    assert "Gates" not in report
    assert "<details>" not in report
    assert read(report).tables == [[6, 6]]


def test_the_base_model_is_told_apart() -> None:
    results = [probe(0, RIGHT, base=GradedAnswer(outcome=STALE, reason="because", response="70"))]
    results += [probe(1, WRONG, base=GradedAnswer(outcome=RIGHT, reason="because", response="61"))]
    record = stored(results, base_model="gpt")
    base = record_of_base(record)
    assert base is not None
    report = markdown(summarise(results, "ft:m"), [], [("base model", compare_runs(base, record))])
    assert "<p><b>Compared with the <code>base model</code></b></p>" in report
    assert "<b>probes</b> 1 added by the fine-tune, 1 lost by it" in report
    assert "1 now correct, 0 still stale, 0 other" in report
    assert "### Lost by the fine-tune (1)" in report


def test_failures_and_regressions_are_cut_at_fifty() -> None:
    before, after = stored(probes("r" * 60)), stored(probes("w" * 60))
    summary = summarise(after.results, "ft:m")
    report = markdown(summary, [], [("x", compare_runs(before, after))], after.results)
    assert report.count("<p>… and 10 more</p>") == 2
    assert [len(table) for table in read(report).tables] == [2, 3, 51, 51]


def test_a_probe_asked_several_times_fails_once() -> None:
    results = [probe(1, RIGHT), *(probe(1, WRONG, repeat=index) for index in (1, 2))]
    assert "Failures (1)" in markdown(summarise(results, "ft:m"), [], [], results)


def test_long_answers_are_cut_and_say_so() -> None:
    shown = code("|" * 2**20)
    assert shown == f"<code>{'&#124;' * 500}</code> … (1,048,576 characters in all)"


@pytest.mark.parametrize("text", ["|" * 2**20, "\N{GRINNING FACE}" * 2**20, "\n" * 2**20, "\0" * 2**20])
def test_the_report_stays_below_what_github_takes(text: str) -> None:
    results = [probe(number, WRONG, prompt=text, response=text, expected="61", reason=text) for number in range(60)]
    before = stored([replace(one, outcome=RIGHT) for one in results], model=text)
    comparison = compare_runs(before, stored(results, model=text))
    gates = [GateResult(text, "failed", text)] * 60
    report = markdown(summarise(results, text, notices=[text]), gates, [(text, comparison)] * 3, results)
    assert len(report.encode()) <= MAX_BYTES < 2**20
    read(report)


def test_what_does_not_fit_is_left_out_from_the_end() -> None:
    many = [GateResult(f"{number}>=0.60", "failed", "|" * 500) for number in range(1000)]
    results = probes("w")
    report = markdown(summarise(results, "ft:m"), many, [], results)
    assert len(report.encode()) <= MAX_BYTES
    assert report.endswith("<p>The report is cut here: GitHub takes no more than 1 MiB.</p>\n")
    assert "Failures" not in report
    assert "Pass rates" not in report
    read(report)
