"""Small JSON files that this package keeps between runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from pytest_finetunebench.errors import RunError, one_line
from pytest_finetunebench.files.atomic import replacing
from pytest_finetunebench.files.reading import shown

_Model = TypeVar("_Model", bound=BaseModel)


def write_state(path: Path, state: BaseModel) -> None:
    """Write a model as JSON and make its folder. An earlier file is replaced whole, or stays as it was.

    Raises:
        RunError: The file cannot be written.
    """
    text = json.dumps(state.model_dump(mode="json"), indent=1) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path, private=True) as file:
            file.write(text.encode("ascii"))
    except OSError as error:
        raise RunError(f"{shown(path)}: cannot be written: {error.strerror or error}") from error


def read_state(path: Path, kind: type[_Model]) -> _Model:
    """Read a model back.

    Raises:
        RunError: The file cannot be read or is damaged. The message names it.
    """
    try:
        return kind.model_validate(json.loads(path.read_bytes()))
    except OSError as error:
        raise RunError(f"{shown(path)}: cannot be read: {error.strerror or error}") from None
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(map(str, fault["loc"]))
        raise RunError(f"{shown(path)}: is damaged: {place}: {one_line(fault['msg'], 120)}") from None
    except (ValueError, RecursionError) as error:
        raise RunError(f"{shown(path)}: is damaged: not JSON ({one_line(error, 80)})") from None
