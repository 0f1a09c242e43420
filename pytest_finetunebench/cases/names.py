"""Names of categories and items as people write them, and as parts of test ids."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator
from slugify import slugify

from pytest_finetunebench.errors import one_line
from pytest_finetunebench.files.scalars import Text

_SLUG = re.compile(r"[a-z0-9_]+(?:-[a-z0-9_]+)*")
"""What is a slug already. Most ids are, and slugify takes 20 µs."""


@lru_cache(maxsize=256)
def slug(text: str) -> str:
    """Return `text` as part of an id, in lowercase ASCII letters, digits, `-` and `_`; it may be empty."""
    if _SLUG.fullmatch(text):
        return text
    return slugify(text, regex_pattern=r"[^-a-z0-9_]+", entities=False, decimal=False, hexadecimal=False)


def plain_name(text: str) -> str:
    """Return a name as it is kept and shown: as written, in Unicode's composed form, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _checked_name(text: str) -> str:
    name = plain_name(text)
    if not name.isprintable():
        raise ValueError(f"'{one_line(text, 60)}' holds a character that cannot be printed")
    if not slug(name):
        raise ValueError(f"'{name[:60]}' makes no id: use letters or digits")
    return name


Name = Annotated[Text, AfterValidator(_checked_name)]
"""A name in any script. It is shown as written; test ids hold its slug."""
