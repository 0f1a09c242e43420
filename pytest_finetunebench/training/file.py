"""Check a training file before upload: its rows, its hash, and the suite it was exported from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from pytest_finetunebench.cases.suite import Frozen
from pytest_finetunebench.errors import SHOWN_PROBLEMS, Problem, SettingsError, counted
from pytest_finetunebench.files.reading import json_lines, shown
from pytest_finetunebench.models.lineage import Method

MANIFEST = "manifest.json"
"""The file that `finetunebench export` writes beside the training files."""
MOST_SYSTEMS = 20
"""Different system messages that a training file is known by."""
FEWEST_ROWS = 10
"""The minimum of OpenAI's fine-tuning guide, used for every provider."""
_EXPECTED = {
    "openai": 'a chat, {"messages": [{"role": …, "content": …}, …]}, or a pair, '
    '{"input": …, "preferred_output": […], "non_preferred_output": […]}',
    "gemini": '{"contents": [{"role": "user", "parts": [{"text": …}]}, …]}, in a pair with "completions"',
}


class TrainingFile(Frozen):
    """A file of training or validation rows."""

    name: str
    path: str | None = None
    """The absolute local path; None if only the address is known."""
    uri: str | None = None
    """Its `gs://` address."""
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    rows: int | None = None
    method: Method | None = None
    suite_hash: str | None = None
    systems: tuple[str, ...] | None = None
    """The different system messages of its rows; None where they are many, or not known."""

    def read(self) -> bytes:
        """Return the bytes that were checked.

        Raises:
            SettingsError: The file is gone or has changed since the check.
        """
        data = _bytes(Path(self.path or self.name))
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise SettingsError(
                f"{shown(Path(self.path or self.name))}: has changed since the training began: start a new training"
            )
        return data


def read_training_file(path: Path, provider: str, *, fewest: int = FEWEST_ROWS, uri: str | None = None) -> TrainingFile:
    """Check a file's rows against a provider's format, and find the suite it was exported from.

    Raises:
        SettingsError: Rows are wrong, mixed or too few. The message names file, line and field.
    """
    problems: list[Problem] = []
    # hash first: the upload is compared with it
    digest = hashlib.sha256(_bytes(path)).hexdigest()
    methods: dict[Method, int] = {}
    systems: dict[str, None] = {}
    rows = 0
    for line, row in json_lines(path, problems):
        rows += 1
        systems[_system(row)] = None
        method = _method(row, provider)
        if isinstance(method, str):
            methods.setdefault(method, line)
        else:
            problems.append(Problem(shown(path), line, method[0], f"{method[1]}: write {_EXPECTED[provider]}"))
    if len(methods) > 1:
        first, second = sorted(methods.values())
        problems.append(Problem(shown(path), second, None, f"mixes pairs and chats: line {first} is the other kind"))
    if not problems and rows < fewest:
        problems.append(Problem(shown(path), None, None, f"has {counted(rows, 'row')}: at least {fewest} are needed"))
    if problems:
        lines = [str(problem) for problem in problems[:SHOWN_PROBLEMS]]
        hidden = len(problems) - len(lines)
        raise SettingsError("\n  ".join(lines) + (f"\n  … and {hidden} more" if hidden else ""))
    return TrainingFile(
        name=shown(Path(path.name)),
        path=str(path.absolute()),
        uri=uri,
        sha256=digest,
        rows=rows,
        method=next(iter(methods), None),
        suite_hash=_suite_hash(path, digest),
        systems=tuple(systems) if len(systems) <= MOST_SYSTEMS else None,
    )


def _system(row: Mapping[str, Any]) -> str:
    """Return the system message of a row of either provider, or an empty text."""
    asked = row.get("input")
    messages = asked.get("messages") if isinstance(asked, Mapping) else row.get("messages")
    told = row.get("systemInstruction")
    parts = told.get("parts") if isinstance(told, Mapping) else None
    found = [one.get("content") for one in _mappings(messages) if one.get("role") in ("system", "developer")] + [
        part.get("text") for part in _mappings(parts)
    ]
    return "\n".join(text for text in found if isinstance(text, str))


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{shown(path)}: cannot be read: {error.strerror}") from None


def _method(row: Mapping[str, Any], provider: str) -> Method | tuple[str | None, str]:
    """Return a row's training method, or the wrong field with its fault."""
    if provider == "gemini":
        if not _listed(row.get("contents")):
            return "contents", "is not a list of turns"
        return "dpo" if "completions" in row else "supervised"
    if "preferred_output" in row or "non_preferred_output" in row:
        for name in ("preferred_output", "non_preferred_output"):
            if not _listed(row.get(name)):
                return name, "is not a list of messages"
        asked = row.get("input")
        return "dpo" if isinstance(asked, Mapping) and _listed(asked.get("messages")) else ("input", "has no messages")
    messages = row.get("messages")
    if not _listed(messages):
        return "messages", "is not a list of messages"
    return (
        "supervised" if any(one.get("role") == "assistant" for one in messages or ()) else ("messages", "has no answer")
    )


def _listed(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, Mapping) for entry in value)


def _suite_hash(path: Path, digest: str) -> str | None:
    """Return the suite's hash if the manifest beside the file lists exactly these bytes."""
    try:
        manifest = json.loads((path.parent / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None  # there is no manifest, or another tool wrote it
    if not isinstance(manifest, Mapping) or not isinstance(manifest.get("files"), list):
        return None
    suite = manifest.get("suite_hash")
    listed = any(isinstance(file, Mapping) and file.get("sha256") == digest for file in manifest["files"])
    return suite if listed and isinstance(suite, str) else None
