"""Show a line while the run goes on, although pytest captures what is written: why nothing happens, for example."""

from __future__ import annotations

import contextlib
import os
import sys

import pytest


class Telling:
    """Writes to stderr as it was before pytest captured it. A worker's stderr is the terminal too."""

    def __init__(self, config: pytest.Config) -> None:
        # while plugins are configured nothing is captured
        self._descriptor: int | None = None
        for stream in (sys.stderr, sys.__stderr__):
            with contextlib.suppress(AttributeError, OSError, ValueError):
                self._descriptor = os.dup(stream.fileno())  # type: ignore[union-attr]
                break
        config.add_cleanup(self._close)

    def tell(self, words: str) -> None:
        """Show a line at once; may be called from any thread."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):  # nobody reads it; the words are in the run's section too
                os.write(self._descriptor, f"\nfinetunebench: {words}\n".encode("utf-8", "replace"))

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)
