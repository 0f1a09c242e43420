"""Write files whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def replacing(path: Path, *, like: Path | None = None, private: bool = False) -> Iterator[BinaryIO]:
    """Yield a temporary file that replaces `path` when the body ends without an error.

    Otherwise `path` stays as it was. The new file gets the permissions of `like`, or those of any new file. With
    `private`, only its owner may read it.

    Raises:
        OSError: The file cannot be written or moved into place.
    """
    hidden = path.name if path.name.startswith(".") else f".{path.name}"
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f"{hidden}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            # without this, a crash of the machine could leave an empty file
            os.fsync(file.fileno())
        if like is not None:
            shutil.copymode(like, temporary)
        elif not private:
            umask = os.umask(0)
            os.umask(umask)
            Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
