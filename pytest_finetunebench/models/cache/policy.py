"""What of the cache a run uses: `--ft-cache` says what it wants, and the disk may allow less."""

from __future__ import annotations

import shlex
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.errors import CacheError, NotRecordedError
from pytest_finetunebench.models.cache.folder import CacheUnavailableError
from pytest_finetunebench.models.cache.store import CompletionCache
from pytest_finetunebench.models.cache.waiting import Tell, tell_on_stderr
from pytest_finetunebench.settings import CacheMode


def foreign_rows_notice(folder: Path, count: int) -> str:
    """Say that a cache holds rows which answer no request, and how to be rid of them."""
    rows = "1 row" if count == 1 else f"{count:,} rows"
    return (
        f"the completion cache {folder} holds {rows} with a key that this package never writes, such as a pickled one: "
        f"nothing of them is read; `finetunebench cache clear --cache-dir {shlex.quote(str(folder))}` removes them"
    )


class CachePolicy:
    """The cache as `mode` allows it; with `off` there is none.

    A cache that cannot be opened or written does not stop a run, but for `replay`: it goes on with what it can read,
    and says so once in `notices`. A damaged cache always stops it.

    Raises:
        CacheError: the folder is not a cache, or is damaged.
        CacheUnavailableError: it cannot be opened, and `replay` has nothing else.
    """

    def __init__(self, mode: CacheMode, folder: Path, run_id: str, tell: Tell = tell_on_stderr) -> None:
        self._mode = mode
        self._folder = folder
        self._run_id = run_id
        self._tell = tell
        self.notices: list[str] = []
        """What the user should be told at the end of the run, each once."""
        self.writable = False
        """Whether an answer that is stored here is found by other tests and other processes."""
        self._cache: CompletionCache | None = None
        if mode == "off":
            return
        try:
            self._cache = CompletionCache(folder, run_id, tell=self._told)
            self.writable = True
            if strange := self._cache.foreign_rows():
                self.notices.append(foreign_rows_notice(folder, strange))
        except CacheUnavailableError as error:
            if mode == "replay":
                raise
            self._lose(error)

    @property
    def refused(self) -> NotRecordedError | None:
        """Why no call may be made for what is missing; None where calls are allowed."""
        if self._mode != "replay":
            return None
        return NotRecordedError(f"not in the cache {self._folder}, and --ft-cache=replay makes no call")

    @property
    def refreshes(self) -> bool:
        """Whether answers of other runs count as missing."""
        return self._mode == "refresh"

    def writable_cache(self, purpose: str) -> CompletionCache:
        """Return the cache itself.

        Raises:
            CacheError: it cannot be written, which `purpose` needs.
        """
        if self._cache is None or not self.writable:
            raise CacheError(f"{purpose}: its answers come through the cache, which cannot be written")
        return self._cache

    def find(self, request: Request) -> Completion | None:
        """Return the stored answer that this run may use.

        Raises:
            CacheError: the entry is damaged, or cannot be read and `replay` has nothing else.
        """
        if self._cache is None:
            return None
        try:
            entry = self._cache.get(request)
        except CacheUnavailableError as error:
            if self._mode == "replay":
                raise
            self._lose(error)
            return None
        if entry is None or (self.refreshes and entry.run != self._run_id):
            return None
        return entry.completion

    def find_many(self, requests: Sequence[Request]) -> dict[str, Completion]:
        """Return stored answers by fingerprint; `find` tells what is wrong with those that are left out."""
        if self._cache is None or self.refreshes:
            return {}
        try:
            return {entry.request.fingerprint: entry.completion for entry in self._cache.get_many(requests)}
        except CacheError:
            return {}

    def known(self, requests: Iterable[Request]) -> set[str]:
        """Return the fingerprints of those requests whose stored answers this run may use."""
        if self._cache is None or self.refreshes:
            return set()
        try:
            return self._cache.existing([request.fingerprint for request in requests])
        except CacheUnavailableError:
            return set()  # each request meets the same trouble, and tells

    @asynccontextmanager
    async def alone(self, request: Request) -> AsyncIterator[None]:
        """Keep other processes from answering `request` meanwhile; without a writable cache they cannot be kept."""
        async with AsyncExitStack() as held:
            if self._cache is not None and self.writable:
                try:
                    await held.enter_async_context(self._cache.lock(request))
                except CacheUnavailableError as error:
                    self._lose(error)
            yield

    async def store(self, request: Request, completion: Completion) -> None:
        """Store an answer, where that is possible.

        Raises:
            CacheError: the database is damaged.
        """
        if self._cache is None or not self.writable:
            return
        try:
            await self._cache.put_soon(request, completion)
        except CacheUnavailableError as error:
            self._lose(error)

    def fold_soon(self) -> None:
        """Begin what closing would have to wait for. The cache stays open."""
        if self._cache is not None:
            self._cache.fold_soon()

    def close(self) -> None:
        """Close the cache; safe to call twice."""
        if self._cache is not None:
            self._cache.close()

    def _told(self, words: str) -> None:
        if words not in self.notices:
            self.notices.append(words)
            self._tell(words)

    def _lose(self, error: CacheUnavailableError) -> None:
        if self.writable or self._cache is None:
            self.notices.append(f"{error}; the run went on without a cache: its answers will be paid for again")
        self.writable = False
