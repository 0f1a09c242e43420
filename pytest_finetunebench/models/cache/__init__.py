"""Keep paid completions in a folder with one SQLite database, which is safe to open whoever wrote it.

May import `settings`, `files`, `completions` and below.

policy   what a run uses of the cache, by `--ft-cache` and by what the disk allows
folder   recognises our folder; the errors that name it
reader   reads entries with plain SQL: nothing in a row is ever executed or followed
store    the cache itself: reads through the reader, writes through the writer
writer   writes entries with diskcache: queued entries share one transaction
lock     one call for one request, across processes
failures what the processes of a run tell each other about failed calls
nearest  the entry most similar to a request that misses
"""

from __future__ import annotations

from pytest_finetunebench.models.cache.entry import Entry, new_entry
from pytest_finetunebench.models.cache.folder import CacheUnavailableError, is_cache_folder, remove_files
from pytest_finetunebench.models.cache.lock import RequestLock
from pytest_finetunebench.models.cache.nearest import Difference
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
