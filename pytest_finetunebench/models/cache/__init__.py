"""Keep paid completions in a folder with one SQLite database, which is safe to open whoever wrote it.

May import `files`, `completions` and below.

folder   telling our own folder from anyone else's; the errors that name it
reader   entries, read with plain SQL: nothing that a row holds is ever executed or followed
store    the cache itself: reads through the reader, writes through the writer
writer   entries, written by diskcache: what waits goes into one transaction
lock     one call for one request, across processes
nearest  the entry most like a request that misses
"""

from __future__ import annotations

from pytest_finetunebench.models.cache.folder import CacheUnavailableError, is_cache_folder, remove_files
from pytest_finetunebench.models.cache.lock import RequestLock
from pytest_finetunebench.models.cache.nearest import Difference
from pytest_finetunebench.models.cache.reader import Entry, new_entry
from pytest_finetunebench.models.cache.store import CompletionCache

__all__ = [
    "CacheUnavailableError",
    "CompletionCache",
    "Difference",
    "Entry",
    "RequestLock",
    "is_cache_folder",
    "new_entry",
    "remove_files",
]
