"""Single values of a case file. Each stays text as written, unless an option needs a number or boolean."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

ANY_SCALAR = {"type": ["string", "number", "boolean"]}
"""JSON Schema for the types that YAML 1.2 editors see in 61, No and true."""
TEXT_SCHEMA = (("type", ("string", "number", "boolean")),)
_BOOLEANS = {"true": True, "false": False}


class Plain(str):
    """Text that was written without quotes. `typed` returns the value that YAML or JSON read."""

    __slots__ = ()

    @property
    def typed(self) -> Any:
        """The number or boolean by YAML 1.2's rules, decimal numbers only; otherwise the text."""
        if self.lower() in _BOOLEANS and self in (self.lower(), self.upper(), self.title()):
            return _BOOLEANS[self.lower()]
        if re.fullmatch(r"[-+]?[0-9]{1,300}", self):
            return int(self)
        if re.fullmatch(r"[-+]?(\.[0-9]{1,300}|[0-9]{1,300}(\.[0-9]{0,300})?)([eE][-+]?[0-9]{1,3})?", self):
            number = float(self)
            # JSON cannot write infinity, which 1e999 becomes
            return number if math.isfinite(number) else str(self)
        return str(self)


def typed_scalars(value: Any) -> Any:
    """Return data with every unquoted value as the number or boolean that YAML or JSON read."""
    if isinstance(value, Plain):
        return value.typed
    if isinstance(value, dict):
        return {str(key): typed_scalars(part) for key, part in value.items()}
    return [typed_scalars(part) for part in value] if isinstance(value, list | tuple) else value


def _checked_text(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    if not text.isascii() and re.search("[\ud800-\udfff]", text):
        raise ValueError("has a lone surrogate (\\ud800 to \\udfff), which is not text")
    return text


@dataclass(frozen=True)
class OrText:
    """Allow plain text in a field's JSON Schema, too."""

    text: tuple[tuple[str, Any], ...] = TEXT_SCHEMA

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        text = {key: list(value) if isinstance(value, tuple) else value for key, value in self.text}
        return {"anyOf": [text, handler(core)]}


Text = Annotated[str, AfterValidator(_checked_text), WithJsonSchema(ANY_SCALAR)]
"""Text that is not blank. Numbers and words such as No stay as written in the file."""
Texts = Annotated[
    tuple[Text, ...],
    Field(min_length=1),
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
    OrText(),
]
"""One text or a list of texts."""
