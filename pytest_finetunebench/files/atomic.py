"""Files that are written whole or not at all."""

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
    """Yield a file that takes the place of `path` once the body has ended well; otherwise what stood there stays.

    It gets the permissions of `like`, or those of any new file; with `private` its owner alone may read it.

    Raises:
        OSError: it cannot be written, or take the place.
    """
    hidden = path.name if path.name.startswith(".") else f".{path.name}"
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f"{hidden}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            # a machine that goes down must not leave an empty file in the place of a whole one
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
