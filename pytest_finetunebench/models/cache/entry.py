"""One stored completion, and the row of the database that holds it."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii as quoted_json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pytest_finetunebench.completions import FINGERPRINT_SCHEMA, Completion, Request, fingerprint_of, is_unset

MODE_RAW = 1
"""diskcache's mode for a value stored in the row itself."""
LONGEST_ENTRY = 64 * 2**20
"""Bytes of JSON. Longer entries are neither stored nor unpacked."""


class Entry(BaseModel):
    """One stored completion."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    request: Request
    completion: Completion
    created: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    """When it was stored: UTC, ISO 8601, to the second."""
    run: str
    """The run that stored it."""


def new_entry(request: Request, completion: Completion, run: str) -> Entry:
    """Return an entry that is created now."""
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Entry(request=request, completion=completion, created=created, run=run)


def encode(entry: Entry) -> bytes:
    """Return the entry as the database holds it.

    Raises:
        ValueError: it is longer than a reader would unpack.
    """
    # python mode and ASCII escapes: request texts may hold lone surrogates
    stored = entry.model_dump()
    for added in ("reasoning", "seconds", "first_tokens"):
        if stored["completion"][added] is None:
            del stored["completion"][added]  # an entry without it is one that earlier versions read too
    stored["request"] = _without_unset(stored["request"])
    text = json.dumps({"schema": FINGERPRINT_SCHEMA, **stored}, separators=(",", ":")).encode("ascii")
    if len(text) > LONGEST_ENTRY:
        raise ValueError(f"an answer of {len(text)} bytes is too long to keep")
    return zlib.compress(text, 1)


def _without_unset(request: dict[str, Any]) -> dict[str, Any]:
    for name in ("parameters", "form", "logprobs"):
        if is_unset(name, request[name]):
            del request[name]
    return request


def _head_of(request: Request) -> bytes | None:
    """Return the text with which an entry of this request begins, as `encode` writes it; None where it may differ."""
    around = request.text_around(_head_text)
    if around is None:
        return None
    chat = ",".join([f'{{"role":"{one.role}","content":{quoted_json(one.content)}}}' for one in request.messages])
    return f"{around[0]}{chat}{around[1]}".encode("ascii")


def _head_text(request: Request) -> str:
    head = {"schema": FINGERPRINT_SCHEMA, "request": _without_unset(request.model_dump())}
    return json.dumps(head, separators=(",", ":")).removesuffix("}") + ","


def _parse(text: bytes, key: str, request: Request | None) -> dict[str, Any]:
    """Return an entry's fields; in the place of a stored request that is `request` stands this.

    Raises:
        ValueError: the text is no entry's.
    """
    head = None if request is None or request.fingerprint != key else _head_of(request)
    if head is not None and text.startswith(head):  # nearly always: to read it again takes twice as long
        return {"request": request, **json.loads(b"{" + text[len(head) :])}
    stored = json.loads(text)
    if not isinstance(stored, dict) or stored.pop("schema", None) != FINGERPRINT_SCHEMA:
        raise ValueError(f"it is not an entry of schema {FINGERPRINT_SCHEMA}")
    if request is not None and _fingerprint_of(stored.get("request")) == key == request.fingerprint:
        stored["request"] = request
    return stored


def decode(row: tuple[Any, ...], request: Request | None = None) -> Entry:
    """Return the entry in a row. If it answers `request`, its stored request is not parsed again.

    Raises:
        ValueError: the row is none that `encode` made, or is not stored under its own fingerprint.
    """
    key, raw, mode, filename, value = row
    if type(key) is not str or raw != 1 or mode != MODE_RAW or filename is not None or type(value) is not bytes:
        raise ValueError("it has a key, mode or file name that this package never writes")
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(value, LONGEST_ENTRY)
        if not unpacker.eof:
            raise ValueError("its compressed text is cut short, or too long")
        entry = Entry.model_validate(_parse(text, key, request))
    except zlib.error as error:
        raise ValueError(f"zlib: {error}") from error
    except RecursionError as error:
        raise ValueError("its JSON is nested too deep") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    if entry.request.fingerprint != key:
        raise ValueError("it is stored under another request's fingerprint")
    return entry


def _fingerprint_of(stored: Any) -> str | None:
    """Return the fingerprint of a stored request; None if it is no request."""
    if not isinstance(stored, dict):
        return None
    key_parts = {name: value for name, value in stored.items() if not is_unset(name, value)}
    return fingerprint_of({"schema": FINGERPRINT_SCHEMA, **key_parts})
