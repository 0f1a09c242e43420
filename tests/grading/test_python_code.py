"""Python answers are parsed, never run: names, arguments, imports, comments, broken and hostile code."""

from __future__ import annotations

import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from pytest_finetunebench.cases.form_options import PythonGrader
from pytest_finetunebench.errors import CaseError
from pytest_finetunebench.grading.code.python_code import compare
from pytest_finetunebench.grading.finding import Finding
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.loaders import load_suite

OPTIONS = TypeAdapter(PythonGrader)
READ = {"calls": ["pd.read_csv"], "arguments": ["path"], "keywords": {"on_bad_lines": ["'skip'", "'warn'"]}}


def judge(text: str, **options: Any) -> Finding:
    return compare(OPTIONS.validate_python(options), text)


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("pd.concat([a, b])", True),
        ("pandas.concat((a, b))", True),
        ("concat([a, b])", True),
        ("from pandas import concat\nconcat([a, b])", True),
        ("from pandas import concat as join\nrows = join([a, b])", True),
        ("import pandas as p; p.concat([a, b])", True),
        ("```python\nrows = pd.concat([a, b])\n```", True),
        ("`pd.concat([a, b])`", True),
        ("for row in pd.concat([a, b]):", True),
        ("with pd.concat([a, b]) as rows:  # open", True),
        ("@pd.concat([a, b])", True),
        ("if a:\n    pd.concat([a, b])", True),
        ("pd.concat", False),
        ("np.concat([a, b])", False),
        ("from numpy import concat\nconcat([a, b])", False),
        ("a.append(b)  # pd.concat([a, b])", False),
        ("'pd.concat([a, b])'", False),
        ("def pd_concat(): ...", False),
        ("", False),
        ("# nothing", False),
    ],
)
def test_calls(text: str, met: bool) -> None:
    assert judge(text, calls=["pd.concat"]).met is met


@pytest.mark.parametrize(
    ("text", "met", "reason"),
    [
        ('pd.read_csv(path, on_bad_lines="skip")', True, "has the code asked for"),
        ("pd.read_csv(on_bad_lines='warn', filepath_or_buffer=path, sep=';')", True, "has the code asked for"),
        ("pd.read_csv(path)", False, "calls 'pd.read_csv' without 'on_bad_lines='skip'' or 'on_bad_lines='warn''"),
        ("pd.read_csv(path, on_bad_lines=skip)", False, "calls 'pd.read_csv' without 'on_bad_lines='skip'' or"),
        ("pd.read_csv(file, on_bad_lines='skip')", False, "calls 'pd.read_csv' without the argument 'path'"),
        ("pd.read_csv(); f(path, on_bad_lines='skip')", False, "calls 'pd.read_csv' without the argument 'path'"),
        ("pd.read_table(path)", False, "does not call 'pd.read_csv'"),
    ],
)
def test_arguments_and_keywords(text: str, met: bool, reason: str) -> None:
    compared = judge(text, **READ)
    assert compared.met is met
    assert compared.reason.startswith(reason)


def test_arguments_keep_their_order() -> None:
    options: dict[str, Any] = {"calls": ["np.isin"], "arguments": ["a", "b"]}
    assert judge("np.isin(a, b)", **options).met
    assert judge("np.isin(a, test_elements=b)", **options).met
    assert not judge("np.isin(b, a)", **options).met
    assert judge("f(1, 0x2)", calls=["f"], arguments=["...", "2"]).met
    assert not judge("f(2.0)", calls=["f"], arguments=["2"]).met


@pytest.mark.parametrize(
    ("wanted", "text", "met"),
    [
        ("except openai.RateLimitError:", "except openai.RateLimitError as error:", True),
        ("except openai.RateLimitError:", "try:\n    f()\nexcept (ValueError, RateLimitError):\n    g()", True),
        ("except openai.RateLimitError:", "openai.RateLimitError", False),
        ("except openai.RateLimitError:", "except ValueError:", False),
        ("for k, v in df.items():", "for k, v in df.items():\n    print(k)", True),
        ("for k, v in df.items():", "for k, v in df.values():", False),
        ("matplotlib.colormaps['x']", 'shades = mpl.colormaps["x"]', True),
        ("matplotlib.colormaps['x']", "shades = mpl.colormaps['y']", False),
        ("f(a=1, b=...)", "f(b=g(2), a=1)", True),
        ("f(a=1, b=...)", "f(a=1)", False),
        ("orm_mode = ...", "class Config:\n    orm_mode = True", True),
        ("f(1)", "f(True)", False),
        ("np.float64", "x = np.zeros(3, dtype=numpy.float64)", True),
        ("Image.LANCZOS", "LANCZOS.b", True),
        ("a.b().c", "x = a.b().c", True),
        ("a.b().c", "x = d.b().c", False),
        ("elif x:", "if y:\n    f()\nelif x:\n    g()", True),
        ("elif x:", "if y:\n    f()\nelif z:\n    g()", False),
        ("def f(x):", "def f(x): return 1", True),
    ],
)
def test_contained_code(wanted: str, text: str, met: bool) -> None:
    assert judge(text, contains=[wanted]).met is met


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("from scipy.stats import binomtest", True),
        ("from scipy.stats import binomtest as test", True),
        ("from scipy import stats; stats.binomtest(3, 5)", True),
        ("import scipy.stats\nscipy.stats.binomtest(3, 5)", True),
        ("from stats import binomtest", False),
        ("from scipy.stats import binom_test", False),
        ("scipy.stats.binomtest(3, 5)", False),
        ("from .scipy.stats import binomtest", False),
    ],
)
def test_imports(text: str, met: bool) -> None:
    assert judge(text, imports=["scipy.stats.binomtest"]).met is met


def test_a_module_is_imported_with_what_it_holds() -> None:
    assert judge("from sqlalchemy.orm import Session", imports=["sqlalchemy.orm"]).met
    assert not judge("from sqlalchemy import orms", imports=["sqlalchemy.orm"]).met


@pytest.mark.parametrize("text", ["x = 1", "x: int = 1", "for x in y:", "import a as x", "def x(): pass", "(x := 1)"])
def test_bound_names(text: str) -> None:
    assert judge(text, binds="x").met
    assert judge(text, binds="z").reason == "does not bind 'z'"


@pytest.mark.parametrize(
    ("forbidden", "text", "found"),
    [
        ("a.append", "rows = a.append(b)", True),
        ("a.append", "rows = b.append(a)", False),
        ("a.append", "append(b)", True),
        ("a.append", "append = 1\nprint(append)", False),
        ("a.append", "import append\nprint(append)", False),
        ("a.append", "append.loads(b)", False),
        ("a.append", "def f(append): return append", False),
        ("a.append", "append.append(b)", True),
        ("append", "rows = b.append(a)", True),
        ("append", "rows = b.appended", False),
        ("imp.reload", "import imp as i\ni.reload(settings)", True),
        ("imp.reload", "from imp import reload\nreload(settings)", True),
        ("imp.reload", "importlib.reload(settings)", False),
        ("imp.reload", "from importlib import reload\nreload(settings)", False),
        ("pkg_resources", "from pkg_resources import parse_version", True),
        ("pkg_resources", "pkg_resources.parse_version('1')", True),
        ("proxies=", "Client(proxies=1)", True),
        ("proxies=", "proxies = 1", False),
        ("f(1)", "f(1)", True),
        ("f(1)", "f(2)", False),
    ],
)
def test_forbidden(forbidden: str, text: str, found: bool) -> None:
    code = f"importlib.reload(settings)\n{text}"
    compared = compare(PythonGrader(calls=(("importlib.reload",),), forbidden=(forbidden,)), code, True)
    assert compared.met is not found
    if found:
        assert compared.outcome is Outcome.STALE
        assert compared.reason == f"uses '{forbidden}', which it must not"


def test_what_is_forbidden_is_stale_only_where_there_are_superseded_answers() -> None:
    assert judge("a.append(b)", forbidden="a.append").outcome is None
    assert judge("pd.concat(", forbidden="a.append").outcome is None


def test_a_bare_name_that_python_defines_is_no_method() -> None:
    assert judge("df.map(f)", calls=["df.map"]).met
    assert not judge("map(f, df)", calls=["df.map"]).met


def test_strict_prefix() -> None:
    assert judge("isin(a)", calls=["np.isin"]).met
    assert not judge("isin(a)", calls=["np.isin"], strict_prefix=True).met
    assert judge("numpy.isin(a)", calls=["np.isin"], strict_prefix=True).met
    assert judge("from numpy import isin\nisin(a)", calls=["np.isin"], strict_prefix=True).met


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("data = user.model_dump(", "is no Python: line 1, at '(': '(' was never closed"),
        ("x = 1\nUse it so", "is no Python: line 2, at 'it': invalid syntax"),
        ("Here you are:\n```python\nf(\n```", "is no Python: line 1, at '(': '(' was never closed"),
        ("Here you are:\n```python\nf(\n```\nor\n```python\ng(1\n```", "is no Python: line 1, at '('"),
        ("Here you are: f()", "is no Python: line 1, at 'you': invalid syntax"),
        ("if x:\npass", "is no Python: line 2, at 'pass': expected an indented block after 'if' statement on line 1"),
        ("f()\0", "is no Python: "),
        ("\ud800", "is no Python: 'utf-8' codec can't encode character"),
        ("f(" * 10_001, "is no Python: it is longer than 20000 characters"),
        ("-" * 15_000 + "1", "is no Python that can be read: it nests too deeply"),
        pytest.param(
            "a" + ".b" * 9_000,
            "is no Python that can be read: it nests too deeply",
            marks=pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python reads it from 3.13 on"),
        ),
    ],
)
def test_what_is_no_python_is_malformed(text: str, reason: str) -> None:
    compared = judge(text, calls=["f"])
    assert (compared.met, compared.well_formed) == (False, False)
    assert compared.reason.startswith(reason)


def test_text_around_a_fence() -> None:
    assert judge("Here:\n```python\nif x:\n    f()\n```\nThat is it.", calls=["f"], anywhere=True).met


def test_an_indented_fence_keeps_its_blocks() -> None:
    assert judge("```python\n    if x:\n        f()\n    g()\n```", calls=["f", "g"]).met


def test_a_long_answer_is_read_in_bounded_time() -> None:
    options: dict[str, Any] = {"contains": [f"h{i}.x(...)" for i in range(50)], "forbidden": ["y.d", "z.d"] * 25}
    started = time.process_time()
    for text in ("a.b.c.d(e)\n" * 1800, "a" + ".b" * 800, "f(" * 150 + ")" * 150):
        assert not judge(text, **options).met
    assert time.process_time() - started < 5


def test_nothing_is_run(tmp_path: Path) -> None:
    file = tmp_path / "made"
    assert judge(f"open({str(file)!r}, 'w').close()", calls=["open"]).met
    assert not file.exists()


REPEATED = st.sampled_from(["(", "f(", "not ", "lambda:", "1+", "x="]).map(lambda part: part * 3000)
HOSTILE = st.text("([{-.=:@'\"\\#\n\t abf01,\0\ud800") | REPEATED


@given(HOSTILE)
def test_never_raises(text: str) -> None:
    compared = judge(text, calls=["f"], contains=["f(...)"], forbidden=["a"], imports=["b"], binds=["c"])
    assert isinstance(compared.met, bool)
    assert "\n" not in compared.reason


MISTAKES = {
    "answer: f(), grader: python": "missing option: give one or more of calls, imports, contains, binds, forbidden",
    "answer: f(), grader: {name: python, calls: ['f()']}": "grader.calls[0]: 'f()' is no name such as pd.concat",
    "answer: f(), grader: {name: python, imports: ['a b']}": "grader.imports[0]: 'a b' is no name such as pd.concat",
    "answer: f(), grader: {name: python, binds: a.b}": "grader.binds[0]: 'a.b' is no identifier",
    "answer: f(), grader: {name: python, calls: [f], keywords: {a b: 1}}": "grader.keywords: 'a b' is no name of an",
    "answer: f(), grader: {name: python, contains: ['f(']}": "grader.contains[0]: 'f(' is no Python: line 1, at '('",
    "answer: f(), grader: {name: python, contains: [f; g]}": "grader.contains[0]: 'f; g' is more than one statement",
    "answer: f(), grader: {name: python, contains: ['else:']}": "contains[0]: 'else:' is only a part of a statement",
    "answer: f(), grader: {name: python, contains: ['#']}": "contains[0]: '#' holds no code",
    "answer: f(), grader: {name: python, forbidden: [=]}": "grader.forbidden[0]: '=' is no Python: line 1, at '='",
    "answer: f(), grader: {name: python, binds: x, arguments: [y]}": "grader.arguments: belong to a call: name",
    "answer: f(), grader: {name: python, calls: [f], arguments: [x]}": "answer: 'f()' calls 'f' without the argument",
    "answer: g(), grader: {name: python, calls: [f]}": "answer: 'g()' does not call 'f'",
    "answer: f(, grader: {name: python, calls: [f]}": "answer: 'f(' is no Python: line 1, at '(': '(' was never",
    "answer: f(), grader: {name: python, call: [f]}": "unknown key 'call' (did you mean 'calls'?)",
}


@pytest.mark.parametrize(("probe", "message"), MISTAKES.items())
def test_mistakes_in_a_case_file(tmp_path: Path, probe: str, message: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f"category: c\nsetting: form\nitems:\n- {{id: a, prompt: p, {probe}}}\n")
    with pytest.raises(CaseError) as error:
        load_suite([file])
    assert message in str(error.value)


def test_a_case_file_without_a_reference(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    items = """
    - id: a
      prompt: p
      answer: null
      grader: {name: python, calls: [[f, g]], arguments: [1], keywords: {k: [2, x]}, forbidden: h}
    """
    file.write_text("category: c\nsetting: form\nitems:\n" + textwrap.dedent(items))
    (probe,) = load_suite([file]).probes
    assert probe.grader == PythonGrader(
        calls=(("f", "g"),), arguments=(("1",),), keywords={"k": ("2", "x")}, forbidden=("h",)
    )


@pytest.mark.parametrize(
    "text",
    [
        "Here you are:\n\n```python\nf(1)\n```\n\nIt calls f.",
        "Here you are:\n```\nf(1)\n```",
        "Here you are:\n```py\nf(1)",
        "~~~python\nf(1)\n~~~ That is it.",
        "````python\nf(1)\n````",
        "Use ```f(1)``` here.",
        "First:\n```python\ng(1)\n```\nBetter:\n```python\nf(1)\n```",
        "First:\n```python\nf(1)\n```\nand then\n```python\nf(1\n```",
        "Install it:\n```bash\npip install f\n```\nThen:\n```python\nf(1)\n```\nIt prints:\n```\n42\n```",
        "```python\nf(1)\n```python\nf(\n```",
        'text = """\n```\n"""\nf(1)',
    ],
)
def test_code_is_taken_out_of_its_fence(text: str) -> None:
    assert judge(text, calls=["f"]).met


def test_of_several_blocks_the_last_that_parses_decides() -> None:
    first, last = "```python\nf(1)\n```", "```python\ng(1)\n```"
    assert not judge(f"{first}\nNo:\n{last}", calls=["f"]).met
    assert judge(f"{first}\nNo:\n{last}", calls=["g"]).met
    assert judge(f"{first}\nNo:\n{last}", calls=["f"]).extracted == "g(1)"
