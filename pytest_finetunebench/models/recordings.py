"""Recorded answers as readable files that outlive their model.

JSONL holds a `Recording` a line. FineTuneBench's response files are read too: CSV with a `prompt` column and a column
`<model>_response` for each model.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pytest_finetunebench.completions import (
    LATER_FIELDS,
    Completion,
    FinishReason,
    Message,
    Request,
    Sampling,
    TokenChoice,
    Usage,
    is_unset,
    valid_unicode,
)
from pytest_finetunebench.errors import SHOWN_PROBLEMS, Problem, RecordingError
from pytest_finetunebench.files.explain import faults, field_path, rule_error
from pytest_finetunebench.files.reading import find_files, json_lines, read_csv, shown

SUFFIXES = (".jsonl", ".csv")
RESPONSE_SUFFIX = "_response"
_VERDICTS = {"Correct", "Incorrect"}


class Recording(BaseModel):
    """One answer of a model; the fields stand in the order in which they are written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(min_length=1)
    prompt: str | None = None
    """The user's text, whatever the system message. Either this or `messages`."""
    messages: tuple[Message, ...] | None = Field(default=None, min_length=1)
    """The whole chat."""
    response: str
    reasoning: str | None = None
    """The thoughts that the provider sent apart."""
    repeat: int | None = Field(default=None, ge=0)
    """Index of the sample; None: in order of appearance."""
    finish_reason: FinishReason = "stop"
    served_model: str | None = None
    usage: Usage | None = None
    provider: str | None = None
    base_url: str | None = None
    sampling: Sampling | None = None
    response_schema: dict[str, Any] | None = None
    parameters: dict[str, Any] | None = None
    """Further parameters of the request's body."""
    form: Literal["chat", "completion"] | None = None
    """How the messages were sent; None: as a chat."""
    logprobs: bool | None = None
    """Whether log-probabilities were asked for; None: they were not."""
    first_tokens: tuple[TokenChoice, ...] | None = None
    """The first tokens of the response with their log-probabilities."""

    @field_validator("response", "reasoning", mode="before")
    @classmethod
    def _valid_unicode(cls, value: object) -> object:
        return valid_unicode(value)

    @model_validator(mode="after")
    def _one_question(self) -> Recording:
        if (self.prompt is None) == (self.messages is None):
            both = self.prompt is not None
            raise rule_error("give 'prompt' or 'messages', not both" if both else "missing (or 'messages')", "prompt")
        return self

    @property
    def identity(self) -> Hashable:
        """The key by which copies of one recording are recognised."""
        return (self.model, self.prompt, self.messages, self.repeat, self.response, *self.ways)

    @property
    def ways(self) -> tuple[Hashable, ...]:
        """How the question was asked, as far as the recording says it."""
        parameters = None if self.parameters is None else json.dumps(self.parameters, sort_keys=True)
        return (self.sampling, parameters, self.form, self.logprobs)

    def to_json(self) -> str:
        """Return one line of JSON: fields that say nothing are left out, text is readable."""
        fields = {name: value for name, value in self.model_dump(mode="json").items() if value is not None}
        text = json.dumps(fields, ensure_ascii=False)
        # lone surrogates cannot be encoded, so they stay escaped
        return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)


def recording_of(request: Request, completion: Completion) -> Recording:
    """Return the recording of an answer, with all that makes its request."""
    return Recording(
        model=request.model,
        messages=request.messages,
        response=completion.text,
        reasoning=completion.reasoning,
        repeat=request.repeat,
        finish_reason=completion.finish_reason,
        served_model=completion.served_model,
        usage=completion.usage,
        first_tokens=completion.first_tokens,
        provider=request.provider,
        base_url=request.base_url,
        sampling=request.sampling,
        **{name: value for name in LATER_FIELDS if not is_unset(name, value := getattr(request, name))},
    )


def read_recordings(path: Path) -> list[Recording]:
    """Return the recordings in a file, or in all JSONL and response CSV files below a folder, in order of their names.

    What stands in several files alike counts once; what one file repeats is several samples.

    Raises:
        RecordingError: nothing is found, or a file is wrong; the message names file, line and field.
    """
    problems: list[Problem] = []
    try:
        in_folder = path.is_dir()
        files = find_files(path, SUFFIXES, problems) if in_folder else [path]
        found = [_read_file(file, problems, in_folder=in_folder) for file in files]
    except OSError as error:
        raise RecordingError(f"{shown(path)}: cannot be read: {error.strerror}") from error
    if problems:
        raise RecordingError(_listed(problems))
    merged = merge_recordings(found)
    if not merged:
        kinds = f"JSONL, or CSV with columns named MODEL{RESPONSE_SUFFIX}"
        raise RecordingError(f"{shown(path)}: holds no recordings ({kinds})")
    return merged


def merge_recordings(groups: Iterable[Iterable[Recording]]) -> list[Recording]:
    """Join the recordings of several files: each is kept as often as the file that holds it most often does."""
    merged: list[Recording] = []
    kept: Counter[Hashable] = Counter()
    for group in groups:
        here: Counter[Hashable] = Counter()
        for recording in group:
            here[recording.identity] += 1
            if here[recording.identity] > kept[recording.identity]:
                kept[recording.identity] += 1
                merged.append(recording)
    return merged


def write_recordings(path: Path, recordings: Iterable[Recording]) -> int:
    """Write JSONL and return the number of lines; a file that is there is replaced whole, or stays as it was.

    Raises:
        RecordingError: the file cannot be written.
    """
    count = 0
    target = path.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="\n") as file:
            for recording in recordings:
                file.write(recording.to_json() + "\n")
                count += 1
        part.replace(target)
    except OSError as error:
        raise RecordingError(f"{shown(path)}: cannot be written: {error.strerror}") from error
    finally:
        # after a success it is gone; where it could not be made, it cannot be removed either
        with contextlib.suppress(OSError):
            part.unlink()
    return count


def _read_file(path: Path, problems: list[Problem], *, in_folder: bool) -> list[Recording]:
    suffix = path.suffix.lower()
    if suffix == ".jsonl":
        return list(_from_jsonl(path, problems))
    if suffix == ".csv":
        return list(_from_csv(path, problems, in_folder=in_folder))
    reason = "is no recordings file: those end in .jsonl or .csv" if path.exists() else "no such file or folder"
    problems.append(Problem(shown(path), None, None, reason))
    return []


def _from_jsonl(path: Path, problems: list[Problem]) -> Iterator[Recording]:
    for number, data in json_lines(path, problems):
        if (recording := _checked(data, shown(path), number, problems)) is not None:
            yield recording


def _checked(data: dict[str, Any], file: str, line: int, problems: list[Problem]) -> Recording | None:
    try:
        return Recording.model_validate(data)
    except ValidationError as error:
        found = faults(error, lambda parent: () if parent else Recording.model_fields)
        problems += [Problem(file, line, field_path(path), message) for path, message in found]
        return None


def _from_csv(path: Path, problems: list[Problem], *, in_folder: bool) -> Iterator[Recording]:
    table = read_csv(path, (), problems)
    if table is None:
        return
    answered = [name for name in table.columns if name.endswith(RESPONSE_SUFFIX) and name != RESPONSE_SUFFIX]
    if not answered and in_folder:
        return
    if not answered or "prompt" not in table.columns:
        missing = "prompt" if answered else f"MODEL{RESPONSE_SUFFIX}"
        problems.append(Problem(shown(path), 1, missing, "missing column"))
        return
    verdicts = {name for name in answered if {row.cells[name] for row in table.rows} - {""} <= _VERDICTS}
    for row in table.rows:
        if not row.cells["prompt"].strip():
            problems.append(Problem(shown(path), row.line, "prompt", "is empty"))
            continue
        for name in answered:
            if row.cells[name] and name not in verdicts:
                yield Recording(
                    model=name.removesuffix(RESPONSE_SUFFIX), prompt=row.cells["prompt"], response=row.cells[name]
                )


def _listed(problems: list[Problem]) -> str:
    count = len(problems)
    if count == 1:
        return str(problems[0])
    lines = [f"{count} problems in the recordings:", *(f"  {problem}" for problem in problems[:SHOWN_PROBLEMS])]
    if count > SHOWN_PROBLEMS:
        lines.append(f"  … and {count - SHOWN_PROBLEMS} more")
    return "\n".join(lines)
