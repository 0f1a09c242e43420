"""Labels, code, style, facts and combinations: by example, and never raising."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from pytest_finetunebench.cases.form_options import CodeGrader
from pytest_finetunebench.cases.grader_choice import GraderChoice
from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading import grade
from pytest_finetunebench.grading.code.code import compare, identifiers, same_identifier
from pytest_finetunebench.grading.facts import asserted
from pytest_finetunebench.grading.outcome import Outcome, Verdict
from pytest_finetunebench.grading.prose.exchange import read_texts
from pytest_finetunebench.grading.style import counts
from pytest_finetunebench.loaders import load_suite
from tests.support.answers import MOMENT

GRADER: TypeAdapter[Any] = TypeAdapter(GraderChoice)


def judge(
    grader: Any,
    text: str,
    answer: str | None = None,
    kind: str = "rephrased",
    finish_reason: Literal["stop", "length"] = "stop",
    prompt: str = "What?",
) -> Verdict:
    probe = Probe(
        id=f"c/i/{kind}-1",
        category="c",
        item="i",
        kind=kind,
        setting="form" if kind == "form" else "new_knowledge",
        generalization=False,
        prompt=prompt,
        answer=answer,
        grader=GRADER.validate_python(grader),
        place=Place(file="c.yaml", line=1),
    )
    return grade(probe, Completion(text=text, finish_reason=finish_reason))


FACTS = {"name": "facts", "facts": [["14 days", "two weeks"], "bismuth"], "forbidden": [["clarithromycin"]]}
LABEL = {"name": "label", "labels": ["spam", "not spam", "phishing", "C++"]}


@pytest.mark.parametrize(
    ("answer", "text", "anywhere", "outcome", "reason"),
    [
        ("spam", "Spam.", False, "correct", "is 'spam'"),
        ("not spam", "**NOT_SPAM**", False, "correct", "is 'not spam'"),
        ("C++", "**c++**.", False, "correct", "is 'C++'"),
        ("C++", "C#", False, "wrong", "names no label"),
        ("C++", "C++", False, "correct", "is 'C++'"),
        ("spam", "not spam", False, "wrong", "is 'not spam', another label"),
        ("spam", "I think it is spam", False, "wrong", "is not the label alone (it names 'spam' among other words)"),
        ("spam", "I think it is spam", True, "correct", "is 'spam'"),
        ("spam", "It is not spam", True, "wrong", "is 'not spam', another label"),
        ("spam", "phishing or spam", True, "wrong", "names 2 labels: 'spam', 'phishing'"),
        ("spam", "ham", True, "wrong", "names no label"),
        ("spam", "It is spam, not phishing", True, "correct", "is 'spam'"),
        ("spam", "I would not call it spam", True, "wrong", "names no label"),
        ("spam", "phishing rather than spam", True, "wrong", "is 'phishing', another label"),
    ],
)
def test_label(answer: str, text: str, anywhere: bool, outcome: str, reason: str) -> None:
    verdict = judge({**LABEL, "anywhere": anywhere}, text, answer)
    assert (verdict.outcome, verdict.reason, verdict.grader) == (outcome, reason, "label")


@pytest.mark.parametrize(
    ("answer", "text", "met"),
    [
        ("np.isin", "np.isin", True),
        ("np.isin", "`isin`", True),
        ("np.isin", "numpy.isin(x, [1, 2])", True),
        ("np.isin", "Use `np.isin(element, test_elements)` instead of `np.in1d`.", True),
        ("np.isin", "`np.in1d` was removed, `np.isin` is new", True),
        ("np.isin", "Instead of `np.in1d`, use `np.isin`.", True),
        ("np.isin", "```python\nnp.isin(a, b)\n```", True),
        ("np.isin", "You want np.isin() for that.", True),
        ("np.isin", "np.in1d", False),
        ("np.isin", "np.ISIN", False),
        ("np.isin", "pd.isin", False),
        ("np.isin", "I use a loop.", False),
        ("np.isin", "You should call `np.in1d`; np.isin is its alias", False),
        ("model_dump", "model_dump()", True),
        ("model_dump", "The method is model_dump.", True),
        ("model_dump", "self.model_dump(mode='json')", True),
        ("datetime.now", "`datetime.datetime.now(datetime.UTC)`", True),
        ("@field_validator", "@field_validator('x')", True),
        ("std::move", "`std::move(x)`", True),
        ("C", "C", True),
        ("C", "C++", False),
        ("C", "C#", False),
        ("C++", "C", False),
        ("C++", "C#", False),
        ("C++", "`C++`", True),
        ("C++", "You write it in C++.", True),
        ("C#", "You write it in C#.", True),
        (".NET", ".NET", True),
        (".NET", "It runs on .NET only", True),
        (".NET", "NET", False),
        (".NET", "ASP.NET", False),
        ("NET", ".NET", False),
        ("loc", "`.loc[0]`", True),
        ("df.loc", ".loc", True),
        ("operator++", "operator ++", True),
        ("operator ++", "You overload operator++ for that.", True),
        ("operator++", "operator--", False),
        ("operator++", "operator", False),
        ("operator", "operator++", False),
        ("operator()", "`Matrix::operator()`", True),
        ("operator[]", "operator()", False),
    ],
)
def test_code(answer: str, text: str, met: bool) -> None:
    verdict = judge("code", text, answer)
    assert (verdict.outcome is Outcome.CORRECT) is met, verdict.reason


def test_code_says_what_was_given() -> None:
    verdict = judge("code", "Call `np.in1d`, formerly `np.isin`", "np.isin")
    assert verdict.reason == "gives 'np.in1d', not 'np.isin'; the reference is only mentioned"
    assert verdict.extracted == "np.in1d"
    assert judge("code", "No idea what", "np.isin").reason == "gives no identifier"


@pytest.mark.parametrize(
    ("answer", "text", "met"),
    [
        ("np.prod", "The NumPy 2.0 function is np.prod, which is built in.", True),
        ("assertEqual", "The `unittest.TestCase` class provides an `assertEqual` method.", True),
        ("np.prod", "np.product multiplies them, np.prod does not", False),
        ("np.prod", "np.prod is deprecated", False),
        ("np.prod", "It is `np.prod`, which was removed in NumPy 2.", False),
        ("Session.get", "get()", False),
        ("Session.get", "Use the `get()` method of the `Query` object.", False),
        ("Session.get", "Use the `get()` method of the `Session` object.", True),
        ("Session.get", "`session.get(User, 5)`", True),
    ],
)
def test_code_beside_a_question_and_superseded_answers(answer: str, text: str, met: bool) -> None:
    asked = "Which function of NumPy 2, or method of unittest.TestCase, does it?"
    found = compare(CodeGrader(), [answer], text, asked, ["np.product", "Query.get"])
    assert found.met is met, found.reason


@pytest.mark.parametrize(
    ("question", "answer", "text"),
    [
        ("Which parses a string, json.load or json.loads?", "json.loads", "json.load. json.loads reads files."),
        ("Which NumPy 2 call replaces np.product?", "np.prod", "Use np.product; np.prod is an alias."),
        ("Which keeps order, OrderedDict or ChainMap?", "OrderedDict", "ChainMap does; OrderedDict searches."),
    ],
)
def test_code_that_the_question_offers_is_an_answer_too(question: str, answer: str, text: str) -> None:
    assert not compare(CodeGrader(), [answer], text, question).met


def test_code_that_is_outdated_by_its_own_words() -> None:
    found = compare(CodeGrader(), ["np.prod"], "`np.prod` was removed.")
    assert found.reason == "says that 'np.prod' is outdated"
    asked = "Which variable is never read? Code: width = 3; depth_cm = 5; print(width)"
    found = compare(CodeGrader(), ["depth_cm"], "width = 3; depth_cm = 5", asked)
    assert found.reason == "only repeats the question"
    assert compare(CodeGrader(), ["depth_cm"], "depth_cm", asked).met
    found = compare(CodeGrader(), ["Session.get"], "get()", superseded=["Query.get"])
    assert found.reason == "gives 'get', which may be 'Query.get'"


def test_code_prefixes() -> None:
    assert same_identifier("np.linalg.norm", "numpy.linalg.norm")
    assert same_identifier("stats.norm", "scipy.stats.norm")
    assert not same_identifier("os.path", "sys.path")
    assert not same_identifier("isin", "np.isin", strict_prefix=True)
    assert judge({"name": "code", "strict_prefix": True}, "isin", "np.isin").outcome is Outcome.WRONG
    assert identifiers("Say what you want; e.g. nothing") == ["e.g"]


STYLE_TEXT = "Dear reader, this is it. Is it? Yes!\n\n- one\n- two\n"


@pytest.mark.parametrize(
    ("options", "text", "reason"),
    [
        ({"max_words": 3}, "one two-three four", None),
        ({"max_words": 2}, "one two three", "has 3 words, at most 2 allowed"),
        ({"min_words": 4}, "one two three", "has 3 words, at least 4 asked for"),
        ({"max_characters": 3}, "  abc \n", None),
        ({"min_characters": 4}, "abc", "has 3 characters, at least 4 asked for"),
        ({"min_sentences": 3, "max_sentences": 3}, "It is 3.5 m. Is it? Yes!", None),
        ({"max_sentences": 1}, "One. Two", "has 2 sentences, at most 1 allowed"),
        ({"max_lines": 1}, "a\n\nb", "has 2 lines, at most 1 allowed"),
        ({"min_bullets": 2, "max_bullets": 2}, STYLE_TEXT, None),
        ({"max_bullets": 1}, "1. a\n2) b\n• c", "has 3 bullets, at most 1 allowed"),
        ({"starts_with": ["Dear", "Hello"]}, STYLE_TEXT, None),
        ({"starts_with": "dear"}, STYLE_TEXT, "does not start with 'dear'"),
        ({"ends_with": "."}, "So.", None),
        ({"ends_with": [".", "!"]}, "So?", "does not end with '.' or '!'"),
        ({"contains": ["Reader", "this is"]}, STYLE_TEXT, None),
        ({"contains": "C++"}, "It is in c++.", None),
        ({"contains": "C++"}, "It is in C.", "does not contain 'C++'"),
        ({"contains": "read"}, STYLE_TEXT, "does not contain 'read'"),
        ({"excludes": ["!", "sorry"]}, STYLE_TEXT, "contains '!'"),
        ({"case": "upper"}, "ABC 1", None),
        ({"case": "upper"}, "ABc", "is not all in capitals"),
        ({"case": "lower"}, "Abc", "is not all in lowercase"),
        ({"markdown": False}, "Plain: 2 * 3 * 4, snake_case_name, a - b.", None),
        ({"markdown": False}, "**bold**", "holds Markdown: bold text"),
        ({"markdown": False}, "# A\n- b\n`c` [d](e)", "holds Markdown: code in backticks, a heading, a link, a list"),
        ({"max_words": 1, "case": "lower"}, "Two Words", "has 2 words, at most 1 allowed; is not all in lowercase"),
    ],
)
def test_style(options: dict[str, Any], text: str, reason: str | None) -> None:
    verdict = judge({"name": "style", **options}, text, kind="form")
    expected = (Outcome.CORRECT, "has the style asked for") if reason is None else (Outcome.MALFORMED, reason)
    assert (verdict.outcome, verdict.reason) == expected


def test_a_form_probe_without_a_reference_is_not_overfit_by_the_trained_answer(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(
        "category: c\nsetting: new_knowledge\nitems:\n- id: a\n  prompt: Where?\n  answer: Vellmora\n  probes:\n"
        "    form: [{prompt: Where? In one word., answer: null, grader: {name: style, max_words: 1}}]\n"
    )
    *_, form = load_suite([file]).probes
    assert grade(form, Completion(text="In Vellmora")).outcome is Outcome.MALFORMED


@pytest.mark.parametrize("grader", ["json", {"name": "style", "max_words": 3}, LABEL, FACTS])
@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_answer_to_a_form_probe_is_malformed(grader: Any, text: str) -> None:
    verdict = judge(grader, text, "[1]", kind="form")
    assert (verdict.outcome, verdict.reason) == (Outcome.MALFORMED, "the answer is empty: it has no structure")
    assert judge(grader, text, "[1]").outcome is Outcome.WRONG


@pytest.mark.parametrize(
    ("grader", "text", "outcome", "reason"),
    [
        ("json", '{"a": 1', Outcome.MALFORMED, "; the answer was cut at the token limit (raise --ft-max-tokens)"),
        ({"name": "style", "max_words": 3}, "one two", Outcome.CORRECT, "has the style asked for; the answer was cut"),
        ({"name": "style", "max_words": 1}, "one two", Outcome.MALFORMED, "at most 1 allowed; the answer was cut"),
        ("json", "", Outcome.UNMEASURED, "no visible answer before the token limit (raise --ft-max-tokens)"),
    ],
)
def test_a_cut_answer_to_a_form_probe_says_so(grader: Any, text: str, outcome: Outcome, reason: str) -> None:
    verdict = judge(grader, text, '{"a": 1}', kind="form", finish_reason="length")
    assert verdict.outcome is outcome
    assert reason in verdict.reason


def test_a_style_is_wrong_outside_form_probes() -> None:
    assert judge({"name": "style", "max_words": 1}, "one two").outcome is Outcome.WRONG


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Give bismuth quadruple therapy for 14 days.", "asserts all 2 points"),
        ("Two weeks of it, with bismuth, not clarithromycin.", "asserts all 2 points"),
        ("Not only bismuth but also a PPI, for two weeks", "asserts all 2 points"),
        ("Bismuth.", "lacks 1 of 2 points: '14 days'"),
        ("No bismuth is needed; 14 days", "lacks 1 of 2 points: 'bismuth'"),
        ("14 days of a PPI without bismuth", "lacks 1 of 2 points: 'bismuth'"),
        ("Do not operate, 14 days of bismuth suffice", "asserts all 2 points"),
        ("She does not need bismuth. 14 days", "lacks 1 of 2 points: 'bismuth'"),
        ("She doesn't need 14 days of bismuth", "lacks 2 of 2 points: '14 days', 'bismuth'"),
        ("14 days, and bismuth is no longer given", "lacks 1 of 2 points: 'bismuth'"),
        ("14 days; avoid bismuth", "lacks 1 of 2 points: 'bismuth'"),
        ("If she tolerates it, give bismuth for 14 days.", "asserts all 2 points"),
        ("Bismuth may be considered, for 14 days", "asserts all 2 points"),
        ("Bismuth for 14 days; we no longer recommend clarithromycin", "asserts all 2 points"),
        ("Bismuth for 14 days; we no longer recommend amoxicillin, clarithromycin or tea.", "asserts all 2 points"),
        ("Bismuth for 14 days; clarithromycin is contraindicated", "asserts all 2 points"),
        ("Bismuth for 14 days; not only tea but clarithromycin", "asserts 'clarithromycin', which it must not"),
        ("Bismuth for 14 days; no tea but clarithromycin", "asserts 'clarithromycin', which it must not"),
        ("Amoxicillin rather than bismuth, for 14 days", "lacks 1 of 2 points: 'bismuth'"),
        ("Bismuth, 14 days, and clarithromycin", "asserts 'clarithromycin', which it must not"),
        ("Clarithromycin", "asserts 'clarithromycin', which it must not; lacks 2 of 2 points: '14 days', 'bismuth'"),
        ("Bismuth for 4 days", "lacks 1 of 2 points: '14 days'"),
        (
            "The statement does not recommend that adults with heartburn are given bismuth for 14 days",
            "lacks 2 of 2 points: '14 days', 'bismuth'",
        ),
        ("A course of 14 days is not recommended; bismuth", "lacks 1 of 2 points: '14 days'"),
        ("Bismuth and, for those who do not sleep well at night, tea. 14 days", "asserts all 2 points"),
        ("Bismuth for 14 days; clarithromycin is not started before results are there", "asserts all 2 points"),
        ("A course is not begun before day 2 and lasts 14 days, with bismuth", "asserts all 2 points"),
        ("Bismuth for adults of 50 and older should not be given; 14 days", "lacks 1 of 2 points: 'bismuth'"),
        ("Bismuth, which is not kept for long, 14 days", "asserts all 2 points"),
        ("People who are not known to be allergic get bismuth for 14 days", "asserts all 2 points"),
    ],
)
def test_facts(text: str, reason: str) -> None:
    verdict = judge(FACTS, text)
    assert verdict.reason == reason
    assert verdict.passed is reason.startswith("asserts all")


UPDATED = {
    "name": "facts",
    "facts": ["bismuth"],
    "forbidden": ["140/90", "20%", "four visits", "fidaxomicin or vancomycin", "grade D"],
}


@pytest.mark.parametrize(
    ("text", "forbidden"),
    [
        ("Bismuth at 130/80 mm Hg (formerly 140/90 mm Hg)", None),
        ("Bismuth at 140/90 mm Hg (formerly 130/80 mm Hg)", "140/90"),
        ("Bismuth at 10% or greater (previously 20%)", None),
        ("Bismuth at 20% or greater (previously 10%)", "20%"),
        ("Bismuth in eight visits, replacing the four visits", None),
        ("Bismuth in four visits, replacing the eight visits", "four visits"),
        ("Bismuth at 130/80, compared with the previous threshold of 140/90", None),
        ("Bismuth at less than 140/90", "140/90"),
        ("Bismuth and fidaxomicin.", None),
        ("Bismuth, fidaxomicin or vancomycin.", "fidaxomicin or vancomycin"),
        ("Bismuth and vitamin D", None),
        ("Bismuth has grade D", "grade D"),
    ],
)
def test_a_forbidden_point_is_taken_whole_and_as_current(text: str, forbidden: str | None) -> None:
    verdict = judge(UPDATED, text)
    assert verdict.reason == ("asserts the point" if forbidden is None else f"asserts '{forbidden}', which it must not")


@pytest.mark.parametrize(
    ("points", "text", "met"),
    [
        (["7 days"], "for 7 days", True),
        (["7 days"], "for 5 to 7 days", False),
        (["7 days"], "for 7-10 days", False),
        (["7 days"], "between five and seven days", False),
        (["7 days"], "for 7 or 14 days", False),
        (["7 days"], "It was extended from 5 to 7 days.", True),
        (["7 days"], "for 7 days, 500 mg twice daily", True),
        (["7 days"], "for 7 days (1 week)", True),
        (["18", "79"], "From 18 to 79 years.", True),
        (["18", "79"], "From 18 to 75 years.", False),
        (["14 days"], "from day 2 to 14 days", True),
        ([["45", "45 to 75"]], "at 45 to 75 years", True),
        ([["45", "45 to 75"]], "at 40 to 45 years", False),
    ],
)
def test_a_range_asserts_neither_of_its_ends_alone(points: list[str], text: str, met: bool) -> None:
    assert judge({"name": "facts", "facts": points}, text, prompt="How long is it given from day 2 on?").passed is met


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("She can stop in September.", True),
        ("Stop taking it after September", True),
        ("Stop by the end of September", True),
        ("Stop September", False),
        ("Avoid the whole of September", False),
        ("without September", False),
    ],
)
def test_what_is_left_out_is_the_object_and_not_the_time(text: str, met: bool) -> None:
    assert judge({"name": "facts", "facts": ["September"]}, text).passed is met


def is_asserted(answer: str, point: str, question: str = "") -> bool:
    exchange = read_texts(question=question, references=(), answer=answer)
    return asserted(exchange, exchange.question.like(point))


def test_a_negative_point_is_asserted_by_its_words() -> None:
    assert is_asserted("Clarithromycin is no longer recommended.", "no longer recommended")
    assert not is_asserted("It is not the case that it is recommended.", "no longer recommended")
    assert is_asserted("It rained in Paris, France, all day", "Paris, France")


def test_a_negative_question_takes_no_point_back() -> None:
    assert is_asserted("Do not give bismuth.", "bismuth", "What should one not give?")
    assert not is_asserted("Do not give bismuth.", "bismuth", "What should one give?")


def test_a_wrong_fact_in_a_form_probe_is_wrong_and_broken_json_malformed() -> None:
    assert judge(FACTS, "Bismuth", kind="form").outcome is Outcome.WRONG
    assert judge("json", "[1]", "[2]", kind="form").outcome is Outcome.WRONG
    assert judge("json", "[1", "[1]", kind="form").outcome is Outcome.MALFORMED


def test_all_and_any() -> None:
    both = {"name": "all", "of": ["json", {"name": "style", "max_lines": 1}]}
    verdict = judge(both, "[1]", "[1]")
    assert (verdict.outcome, verdict.grader) == (Outcome.CORRECT, "all(json, style)")
    assert verdict.reason == "json: equals the reference; style: has the style asked for"
    assert judge(both, "[\n1]", "[1]").reason == "style: has 2 lines, at most 1 allowed"
    either = {"name": "any", "of": ["exact", {"name": "regex", "pattern": "^six"}]}
    assert judge(either, "sixty-one", "61").reason == "regex: matches '^six'"
    verdict = judge(either, "seven", "61")
    assert verdict.reason == "exact: is not exactly '61'; regex: does not match '^six'"
    assert (verdict.outcome, verdict.grader) == (Outcome.WRONG, "any(exact, regex)")


def test_combinations_within_each_other_and_auto() -> None:
    grader = {"name": "any", "of": [{"name": "all", "of": ["auto", {"name": "style", "max_words": 2}]}, "exact"]}
    verdict = judge(grader, "61 kg", "61")
    assert (verdict.outcome, verdict.grader) == (Outcome.CORRECT, "any(all(auto, style), exact)")


def test_form_with_one_broken_part_is_malformed() -> None:
    both = {"name": "all", "of": ["json", {"name": "style", "max_lines": 1}]}
    assert judge(both, "[2]", "[1]", kind="form").outcome is Outcome.WRONG
    assert judge(both, "[\n1]", "[1]", kind="form").outcome is Outcome.MALFORMED


def test_an_undecided_part_is_unmeasured_only_if_it_matters() -> None:
    slow = {"name": "regex", "pattern": r"^(a|aa)+(?<!b)\1*$"}
    text = "a" * 5000 + "b"
    all_of = {"name": "all", "of": [slow, {"name": "style", "max_words": 0}]}
    assert judge(all_of, text, "x").outcome is Outcome.WRONG
    any_of = {"name": "any", "of": [slow, {"name": "style", "min_words": 1}]}
    assert judge(any_of, text, "x").outcome is Outcome.CORRECT


ALL_KINDS: list[tuple[Any, str | None]] = [
    (LABEL, "spam"),
    ({**LABEL, "anywhere": True}, "spam"),
    ("code", "np.isin"),
    ({"name": "style", "max_words": 3, "markdown": False, "case": "upper", "starts_with": "x", "contains": "y"}, None),
    (FACTS, None),
    ({"name": "all", "of": ["text", "exact"]}, "x"),
    ({"name": "sql"}, "SELECT 1"),
    ({"name": "json", "anywhere": True}, "[1]"),
]
ATTACKS = [
    "a" * 1_000_000,
    "`" * 100_000,
    "```" * 50_000,
    "[" * 200_000,
    "{" * 200_000 + "a",
    "a." * 200_000,
    "a_" * 200_000 + "(",
    "*a" * 200_000,
    "- " * 200_000,
    "\n" * 500_000,
    "1." * 200_000,
    " \t" * 300_000 + "x",
    "not " * 200_000 + "bismuth",
    "bismuth, " * 50_000,
    "spam phishing " * 50_000,
    "(" * 300_000 + ")" * 300_000,
    "SELECT " + "-- \n" * 100_000,
    "/*" * 200_000,
    "[a](" * 100_000,
    "|" * 300_000,
    "." * 500_000 + "x",
    "a" + " " * 500_000 + "b",
    "a(" + ")" * 300_000 + "b",
    '."' * 200_000 + "x",
    "`a" * 200_000,
    "instead of " * 50_000,
    "‮﷽" * 100_000,
]


@pytest.mark.parametrize(("grader", "answer"), ALL_KINDS)
def test_long_and_nasty_answers_take_a_moment(grader: Any, answer: str | None) -> None:
    for text in ATTACKS:
        before = time.process_time()
        judge(grader, text[:100_000], answer)
        assert time.process_time() - before < MOMENT, text[:20]


@pytest.mark.parametrize(
    ("grader", "answer", "text", "reason"),
    [
        ("json", "x", "1", "the reference is not JSON: Expecting value (line 1, column 1)"),
        ("sql", "x", "SELECT 1", "the reference is no SQL query: it does not begin with SELECT, WITH or VALUES"),
        (
            {"name": "sql", "setup": "CREATE TABLE t (a)"},
            "SELECT b FROM t",
            "SELECT a FROM t",
            "the reference SQLite: no such column: b",
        ),
    ],
)
def test_a_reference_that_no_loader_checked_is_unmeasured(grader: Any, answer: str, text: str, reason: str) -> None:
    verdict = judge(grader, text, answer)
    assert (verdict.outcome, verdict.reason) == (Outcome.UNMEASURED, reason)


@given(st.text(), st.sampled_from(ALL_KINDS))
def test_never_raises(text: str, kind: tuple[Any, str | None]) -> None:
    grader, answer = kind
    verdict = judge(grader, text, answer)
    assert verdict.reason
    assert "\n" not in verdict.reason


@given(st.text())
def test_counts_are_in_order(text: str) -> None:
    found = counts(text)
    assert found["lines"] <= found["characters"]
    assert found["words"] <= found["characters"]
