"""Requests in chunks, so that the cache looks up many at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from pytest_finetunebench.completions import Request

CHUNK = 500
"""Requests whose entries are looked up at once."""


def in_chunks(requests: Iterable[Request]) -> Iterator[list[Request]]:
    """Yield the requests in order, a chunk at a time."""
    source = iter(requests)
    while chunk := list(islice(source, CHUNK)):
        yield chunk
