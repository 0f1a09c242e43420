"""Sizes in bytes, as people write and read them."""

from __future__ import annotations

import re

from pytest_finetunebench.errors import SettingsError

MAX_RESPONSE = 16 * 2**20
"""Bytes of one answer that are read, counted after decompression."""
LEAST_RESPONSE = 2**10
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*([KMG])?(?:i?B)?", re.IGNORECASE)


def parse_size(text: str, where: str) -> int:
    """Read a size in bytes, or with K, M or G in powers of 1024: `16M`, `16MiB`.

    Raises:
        SettingsError: it is none, or under 1K; the message begins with `where`.
    """
    found = _SIZE.fullmatch(text.strip())
    size = int(float(found[1]) * 2 ** (10 * " KMG".index((found[2] or " ").upper()))) if found else 0
    if size < LEAST_RESPONSE:
        raise SettingsError(f"{where}: needs a size from 1K, such as 16M")
    return size


def size_text(size: int) -> str:
    """Return a size as people read it: `16 MiB`, `1.5 GiB`."""
    for power, unit in ((3, "GiB"), (2, "MiB"), (1, "KiB")):
        if size >= 2 ** (10 * power):
            return f"{round(size / 2 ** (10 * power), 1):g} {unit}"
    return f"{size} bytes"
