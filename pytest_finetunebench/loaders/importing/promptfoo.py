"""Read promptfoo's tests: configurations in YAML and JSON, lists of tests, and tables with `__expected` columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_finetunebench.cases.editing.write import Value
from pytest_finetunebench.errors import one_line
from pytest_finetunebench.files.scalars import typed_scalars
from pytest_finetunebench.loaders.importing.columns import guess_columns
from pytest_finetunebench.loaders.importing.pairs import Finding, Pair
from pytest_finetunebench.loaders.importing.records import LINE, Record, Source

EXPECTED = re.compile(r"__expected\d*")
_PREFIX = re.compile(
    r"(not-)?(equals|i?contains(?:-any|-all|-json)?|starts-with|regex|is-json|llm-rubric|grade|factuality"
    r"|model-graded-closedqa|fn|eval|javascript|python|file|similar(?:\([\d.]+\))?"
    r"|[a-z]+(?:-[a-z]+)+)\s*(?::\s*(.*))?",
    re.DOTALL,
)
_VARIABLE = re.compile(r"\{\{-?\s*(\w+)\s*-?\}\}")


def is_promptfoo(source: Source) -> bool:
    """Whether records are promptfoo's: a table with `__expected`, or tests with `vars`."""
    if any(EXPECTED.fullmatch(column) for column in source.columns):
        return True
    first = source.records[0][1] if source.records else {}
    return isinstance(first.get("vars"), dict) or ("tests" in first and ("prompts" in first or "providers" in first))


def read_tests(source: Source, folder: Path, chosen: Mapping[str, str]) -> tuple[list[Pair], list[Finding]]:
    """Return the tests as pairs, and what could not be taken over.

    Raises:
        SettingsError: No variable of the tests can be the question.
    """
    pairs: list[Pair] = []
    findings: list[Finding] = []
    template, tests = _tests(source, folder, findings)
    for line, variables, assertions in tests:
        prompt = _question(template, variables, chosen, source.file)
        if isinstance(prompt, Finding):
            findings.append(Finding("left out", (line,), prompt.message))
            continue
        graded = _graded(assertions)
        if isinstance(graded, str):
            findings.append(Finding("left out", (line,), f"'{one_line(prompt, 60)}': {graded}"))
            continue
        answer, aliases, grader = graded
        pairs.append(Pair(line, prompt, answer, aliases, grader=grader))
    return pairs, findings


_Test = tuple[int, dict[str, str], list[Mapping[str, Any]]]


def _tests(source: Source, folder: Path, findings: list[Finding]) -> tuple[str | None, list[_Test]]:
    """Return the prompt's template, if there is one, and each test's line, variables and assertions."""
    if source.columns:
        return None, [_from_row(record) for record in source.records]
    line, first = source.records[0]
    if "tests" not in first:
        return None, [_from_test(record, []) for record in source.records]
    if not isinstance(first["tests"], list):
        findings.append(Finding("left out", (line,), f"tests are in {one_line(first['tests'], 60)}: import that file"))
        return None, []
    default = first.get("defaultTest")
    shared = default.get("assert", []) if isinstance(default, dict) else []
    templates = first.get("assertionTemplates")
    given = [one for one in first["tests"] if isinstance(one, dict)]
    skipped = len(first["tests"]) - len(given)
    if skipped:
        findings.append(Finding("left out", (line,), "tests in other files are not read: import those files"))
    return _template(first.get("prompts"), line, folder, findings), [
        _from_test((one.pop(LINE, None) or line, one), shared, templates) for one in given
    ]


def _template(prompts: Any, line: int, folder: Path, findings: list[Finding]) -> str | None:
    listed = prompts if isinstance(prompts, list) else [prompts] if prompts else []
    texts = [_prompt_text(one, folder) for one in listed]
    found = [text for text in texts if text]
    lost = [one_line(prompt, 60) for prompt, text in zip(listed, texts, strict=True) if not text]
    if lost:
        told = f"not taken over, as chats, code or no text file beside this one: prompt {', '.join(lost)}"
        bare = "" if found else "; the questions are the tests' variables alone"
        findings.append(Finding("left out", (line,), told + bare))
    if len(found) > 1:
        findings.append(Finding("left out", (line,), f"of {len(found)} prompts only the first is taken over"))
    return found[0] if found else None


def _prompt_text(prompt: Any, folder: Path) -> str | None:
    text = prompt.get("raw") if isinstance(prompt, dict) else prompt
    if not isinstance(text, str):
        return None
    if not text.startswith("file://") and not re.fullmatch(r"[\w./-]+\.(txt|md|json|js|py)", text):
        return text
    name = text.removeprefix("file://")
    path = (folder / name).resolve()
    # a file of somebody else's project may name any path
    if not name.endswith((".txt", ".md")) or not path.is_relative_to(folder.resolve()) or not path.is_file():
        return None
    return path.read_text(encoding="utf-8", errors="replace").split("\n---\n")[0].strip()


def _from_row(record: Record) -> _Test:
    line, row = record
    cells = [cell for column, cell in row.items() if EXPECTED.fullmatch(column) and cell.strip()]
    assertions: list[Mapping[str, Any]] = [_parsed(cell) for cell in cells]
    return line, {key: value for key, value in row.items() if key and not key.startswith("__")}, assertions


def _from_test(record: Record, shared: Sequence[Any], templates: Any = None) -> _Test:
    line, test = record
    variables = test.get("vars")
    given = {str(key): str(value) for key, value in variables.items()} if isinstance(variables, dict) else {}
    listed = test.get("assert")
    own = listed if isinstance(listed, list) else []
    return line, given, [_resolved(one, templates) for one in (*shared, *own) if isinstance(one, dict)]


def _resolved(assertion: dict[str, Any], templates: Any) -> Mapping[str, Any]:
    """Return the assertion that a `$ref` names, or the assertion as it is."""
    name = str(assertion.get("$ref", "")).removeprefix("#/assertionTemplates/")
    found = templates.get(name) if isinstance(templates, dict) else None
    return found if isinstance(found, dict) else assertion


def _parsed(cell: str) -> dict[str, Any]:
    """Return an assertion of a table's cell: `contains: x`, `is-json`, or a text that the answer must equal."""
    found = _PREFIX.fullmatch(cell.strip())
    if found is None or (found[3] is None and found[2] not in ("is-json", "contains-json")):
        return {"type": "equals", "value": cell.strip()}
    kind = {"grade": "llm-rubric", "fn": "javascript", "eval": "javascript"}.get(found[2], found[2])
    value: Any = (found[3] or "").strip()
    if kind.endswith(("-any", "-all")):
        value = [part.strip() for part in value.split(",") if part.strip()]
    return {"type": f"{found[1] or ''}{kind}", "value": value}


def _question(
    template: str | None, variables: Mapping[str, str], chosen: Mapping[str, str], file: str
) -> str | Finding:
    if template is not None and "prompt" not in chosen:
        if "{%" in template or _VARIABLE.sub("", template).count("{{"):
            return Finding("left out", (), "its prompt has template code, not only {{variables}}")
        missing = [name for name in _VARIABLE.findall(template) if name not in variables]
        if missing:
            return Finding("left out", (), f"its prompt needs the variable {{{{{missing[0]}}}}}, which the test lacks")
        return _VARIABLE.sub(lambda found: variables[found[1]], template)
    if len(variables) == 1 and "prompt" not in chosen:
        return next(iter(variables.values()))
    # the answers are in the assertions, so a column for them is not looked for
    found = guess_columns([*variables, "answer"], {**chosen, "answer": "answer"}, file)
    return variables[found["prompt"]]


_Graded = tuple[str | None, tuple[str, ...], Value]


def _graded(assertions: Sequence[Mapping[str, Any]]) -> _Graded | str:
    """Return the answer, its aliases and the grader of a test, or why there are none."""
    if not assertions:
        return "it asserts nothing"
    parts = [_grader_of(one) for one in assertions]
    refused = [part for part in parts if isinstance(part, str)]
    if refused:
        return "; ".join(dict.fromkeys(refused))
    known = [part for part in parts if not isinstance(part, str)]
    references = [part for part in known if part[0] is not None]
    if len({part[0] for part in references}) > 1:
        return "it asserts several references: split it into several questions"
    answer, aliases, _ = references[0] if references else (None, (), None)
    graders = [part[2] for part in known if part[2] is not None]
    if len(graders) <= 1:
        return answer, aliases, graders[0] if graders else None
    return answer, aliases, {"name": "all", "of": graders}


def _grader_of(assertion: Mapping[str, Any]) -> _Graded | str:
    kind, value = str(assertion.get("type", "")), assertion.get("value")
    texts = [str(part) for part in value] if isinstance(value, list) else [str(value)] if value is not None else []
    if any("{{" in text for text in texts):
        return f"the value of '{kind}' is a template"
    schema: Value = typed_scalars(value) if isinstance(value, dict) else True
    if kind == "is-json":
        return None, (), {"name": "json", "schema": schema}
    if kind == "contains-json":
        return None, (), {"name": "json", "schema": schema, "anywhere": True}
    if not texts:
        return f"'{kind}' has no value"
    made: dict[str, _Graded] = {
        "equals": (texts[0], (), "exact"),
        "contains": (texts[0], (), "text"),
        "icontains": (texts[0], (), "text"),
        "contains-any": (texts[0], tuple(texts[1:]), "text"),
        "icontains-any": (texts[0], tuple(texts[1:]), "text"),
        "contains-all": (None, (), {"name": "facts", "facts": texts}),
        "icontains-all": (None, (), {"name": "facts", "facts": texts}),
        "starts-with": (None, (), {"name": "style", "starts_with": texts}),
        "not-contains": (None, (), {"name": "style", "excludes": texts}),
        "not-icontains": (None, (), {"name": "style", "excludes": texts}),
        "regex": (None, (), {"name": "regex", "pattern": texts[0]}),
        "factuality": (texts[0], (), "judge"),
        "llm-rubric": (None, (), {"name": "judge", "criteria": texts[0]}),
        "model-graded-closedqa": (None, (), {"name": "judge", "criteria": texts[0]}),
    }
    return made.get(kind, f"no grader does what '{one_line(kind, 40)}' does")
