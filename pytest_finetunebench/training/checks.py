"""Check a training file against a provider's limits, before anything is uploaded or paid for.

OpenAI (fine-tuning guide, files API): at least 10 examples, at most 65,536 tokens an example for the gpt-4o and
gpt-4.1 models, files up to 512 MB. Vertex AI (limitations of Gemini's supervised fine-tuning): 131,072 tokens an
example, 1,000,000 examples, 5,000 for validation, files up to 1 GB. Tokens are estimates: four characters each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_finetunebench.errors import Problem, counted, one_line
from pytest_finetunebench.files.training_rows import ASSISTANT, Row
from pytest_finetunebench.models.prices import MILLION
from pytest_finetunebench.training.formats import Format, estimated_tokens

_CHAT_ROLES = ("system", "developer", "user", "assistant", "tool", "function")


@dataclass(frozen=True)
class Limits:
    """A provider's limits; None if there is no known limit."""

    name: str
    shapes: tuple[str, ...]
    roles: tuple[str, ...]
    fewest_rows: int = 1
    most_rows: int | None = None
    most_validation_rows: int | None = None
    row_tokens: int | None = None
    file_bytes: int | None = None


LIMITS: dict[Format, Limits] = {
    "openai": Limits("OpenAI", ("messages",), _CHAT_ROLES, 10, row_tokens=65_536, file_bytes=512 * 10**6),
    "gemini": Limits(
        "Vertex AI",
        ("contents",),
        ("system", "user", "model"),
        most_rows=1_000_000,
        most_validation_rows=5_000,
        row_tokens=131_072,
        file_bytes=10**9,
    ),
    "hf": Limits("a messages dataset", ("messages",), _CHAT_ROLES),
    "dpo": Limits("OpenAI", ("preference",), _CHAT_ROLES, 10, row_tokens=65_536, file_bytes=512 * 10**6),
}


def check_rows(
    rows: Sequence[Row], format_name: Format, file: str, size: int, *, validation: bool = False, more: str = ""
) -> list[Problem]:
    """Return everything in a file's rows that the provider would refuse.

    `size` is the file's size in bytes. `more` says how to get more rows, where there are too few.
    """
    limits = LIMITS[format_name]
    problems = [Problem(file, None, None, message) for message in _whole(len(rows), size, limits, validation, more)]
    for row in rows:
        problems += [Problem(file, row.line, field, message) for field, message in _row(row, limits)]
    return problems


def _whole(count: int, size: int, limits: Limits, validation: bool, more: str) -> Iterator[str]:
    if not validation and count < limits.fewest_rows:
        yield f"has {counted(count, 'example')}: {limits.name} needs at least {limits.fewest_rows}{more}"
    most = limits.most_validation_rows if validation else limits.most_rows
    if most is not None and count > most:
        yield f"has {counted(count, 'example')}: {limits.name} takes at most {most:,}"
    if limits.file_bytes is not None and size > limits.file_bytes:
        yield f"has {size / 10**6:,.0f} MB: {limits.name} takes at most {limits.file_bytes // 10**6:,} MB"


def _row(row: Row, limits: Limits) -> Iterator[tuple[str | None, str]]:
    if row.shape not in limits.shapes:
        yield None, f"is not a row for {limits.name}: such a row has '{limits.shapes[0]}'"
        return
    for turn in row.turns:
        if turn.role not in limits.roles:
            yield f"{turn.field}.role", f"'{one_line(turn.role, 40)}' is not one of {', '.join(limits.roles)}"
        # an assistant's turn may be a tool call without text
        if turn.text is None and turn.role in ("tool", "function", "assistant"):
            continue
        if not (turn.text or "").strip():
            yield turn.field, "has no text"
    if not row.user:
        yield None, "has no message of role user"
    last = row.turns[-1]
    if last.role not in ASSISTANT:
        yield last.field, f"the last message has role '{one_line(last.role, 40)}': end with the answer to train"
    elif not row.answers:
        yield last.field, "has no text to train"
    if row.shape == "contents":
        yield from _alternating(row)
    if limits.row_tokens is not None and (tokens := estimated_tokens(row)) > limits.row_tokens:
        yield None, f"has about {tokens:,} tokens: {limits.name} takes at most {limits.row_tokens:,} an example"


def _alternating(row: Row) -> Iterator[tuple[str, str]]:
    turns = [turn for turn in row.turns if turn.field != "systemInstruction"]
    for index, turn in enumerate(turns):
        expected = ("user", "model")[index % 2]
        if turn.role in ("user", "model") and turn.role != expected:
            yield f"{turn.field}.role", f"is '{turn.role}', but user and model take turns: write '{expected}' here"
            return


def training_cost(tokens: int, epochs: int, price: float | None) -> float | None:
    """Return the estimated cost of a job in US dollars, or None if the price is unknown.

    `price` is in US dollars per million trained tokens.
    """
    return None if price is None else tokens * epochs * price / MILLION
