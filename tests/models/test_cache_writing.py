"""What waits is stored in one transaction and acknowledged after it; locks without a lock's usual surroundings."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import filelock
import pytest

from pytest_finetunebench.completions import Completion, Message, Request
from pytest_finetunebench.models.cache import CacheUnavailableError, CompletionCache, RequestLock

COUNT = 20


def ask(number: int) -> Request:
    return Request(provider="openai", model="m", messages=(Message(role="user", content=f"question {number}"),))


@contextmanager
def busy(cache: CompletionCache) -> Iterator[None]:
    """Keep the writer's thread from beginning anything."""
    assert cache._writer is not None
    hold = threading.Event()
    cache._writer._thread.submit(hold.wait)
    try:
        yield
    finally:
        hold.set()


def statements(cache: CompletionCache) -> list[str]:
    """Return the list that every statement of the writer goes to from now on."""
    writer = cache._writer
    assert writer is not None
    seen: list[str] = []
    writer._run(lambda: writer._cache._con.set_trace_callback(seen.append))
    return seen


async def put_all(cache: CompletionCache, count: int = COUNT) -> list[BaseException | None]:
    puts = [cache.put_soon(ask(number), Completion(text=f"answer {number}")) for number in range(count)]
    return await asyncio.wait_for(asyncio.gather(*puts, return_exceptions=True), 10)


def put_while_busy(cache: CompletionCache) -> list[BaseException | None]:
    async def run() -> list[BaseException | None]:
        with busy(cache):
            waiting = asyncio.create_task(put_all(cache))
            await asyncio.sleep(0.05)
            assert not waiting.done()
            assert len(cache) == 0
        return await waiting

    return asyncio.run(run())


def test_all_that_waits_is_one_transaction(tmp_path: Path) -> None:
    with CompletionCache(tmp_path / "cache", "run") as cache:
        seen = statements(cache)
        assert put_while_busy(cache) == [None] * COUNT
        assert [text for text in seen if text in ("BEGIN IMMEDIATE", "COMMIT")] == ["BEGIN IMMEDIATE", "COMMIT"]
        assert [entry.completion.text for entry in cache.entries()] == [f"answer {number}" for number in range(COUNT)]


def test_nothing_waits_for_company(tmp_path: Path) -> None:
    with CompletionCache(tmp_path / "cache", "run") as cache:
        seen = statements(cache)
        for number in range(3):
            asyncio.run(asyncio.wait_for(cache.put_soon(ask(number), Completion(text="a")), 10))
            assert seen.count("COMMIT") == number + 1


def test_what_is_acknowledged_is_committed(tmp_path: Path) -> None:
    async def put(cache: CompletionCache, number: int) -> None:
        await cache.put_soon(ask(number), Completion(text="a"))
        with sqlite3.connect(tmp_path / "cache" / "cache.db") as other:  # a connection sees what is committed alone
            rows = other.execute("SELECT count(*) FROM Cache WHERE key = ?", (ask(number).fingerprint,)).fetchone()
        other.close()
        assert rows == (1,)

    async def run(cache: CompletionCache) -> None:
        await asyncio.gather(*(put(cache, number) for number in range(COUNT)))

    with CompletionCache(tmp_path / "cache", "run") as cache:
        asyncio.run(run(cache))


def test_a_failed_transaction_fails_each_of_its_entries_and_no_later_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with CompletionCache(tmp_path / "cache", "run") as cache:
        writer = cache._writer
        assert writer is not None
        store = writer._cache.set

        def failing(key: str, value: bytes) -> None:
            if key == ask(7).fingerprint:
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error
            store(key, value)

        monkeypatch.setattr(writer._cache, "set", failing)
        ends = put_while_busy(cache)
        assert [type(end) for end in ends] == [CacheUnavailableError] * COUNT
        assert {str(end) for end in ends} == {
            f"the completion cache {tmp_path / 'cache'} cannot be used: database or disk is full"
        }
        assert len(cache) == 0, "all or none"
        monkeypatch.undo()
        assert asyncio.run(put_all(cache)) == [None] * COUNT


def test_whatever_goes_wrong_nobody_waits_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with CompletionCache(tmp_path / "cache", "run") as cache:
        assert cache._writer is not None
        monkeypatch.setattr(cache._writer._cache, "set", lambda *_: 1 / 0)
        assert {type(end) for end in put_while_busy(cache)} == {ZeroDivisionError}


def test_one_who_is_cancelled_loses_neither_the_answer_nor_the_others(tmp_path: Path) -> None:
    async def run(cache: CompletionCache) -> list[BaseException | None]:
        with busy(cache):
            puts = [asyncio.create_task(cache.put_soon(ask(number), Completion(text="a"))) for number in range(3)]
            await asyncio.sleep(0.05)
            puts[1].cancel()
            await asyncio.sleep(0.05)
        return await asyncio.wait_for(asyncio.gather(*puts, return_exceptions=True), 10)

    with CompletionCache(tmp_path / "cache", "run") as cache:
        ends = asyncio.run(run(cache))
    assert [type(end) for end in ends] == [type(None), asyncio.CancelledError, type(None)]
    with CompletionCache(tmp_path / "cache", "run") as cache:
        assert cache.existing([ask(number).fingerprint for number in range(3)]) == {
            ask(number).fingerprint for number in range(3)
        }


def test_loops_and_threads_share_a_transaction(tmp_path: Path) -> None:
    with CompletionCache(tmp_path / "cache", "run") as cache, ThreadPoolExecutor(4) as threads:
        with busy(cache):
            loops = [
                threads.submit(asyncio.run, cache.put_soon(ask(number), Completion(text="a"))) for number in range(3)
            ]
            plain = threads.submit(cache.put, ask(3), Completion(text="a"))
        assert [loop.result(10) for loop in loops] == [None] * 3
        assert plain.result(10).run == "run"
        assert len(cache) == 4


def test_a_closed_cache_takes_nothing_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    cache = CompletionCache(tmp_path / "cache", "run")
    cache.close()
    for _ in range(2):
        with pytest.raises(RuntimeError, match="after shutdown"):
            cache.put(ask(0), Completion(text="a"))


def in_database_alone(folder: Path) -> int:
    """Count the entries that are in the database itself, without its log."""
    with contextlib.closing(sqlite3.connect(f"file:{folder / 'cache.db'}?mode=ro&immutable=1", uri=True)) as database:
        (count,) = database.execute("SELECT count(*) FROM Cache").fetchone()
    return int(count)


def test_the_log_is_folded_into_the_database_before_the_cache_closes(tmp_path: Path) -> None:
    with CompletionCache(tmp_path / "cache", "run") as cache:
        cache.put(ask(0), Completion(text="a"))
        assert in_database_alone(tmp_path / "cache") == 0
        cache.fold_soon()
        assert cache._writer is not None
        cache._writer._run(lambda: None)  # behind it
        assert in_database_alone(tmp_path / "cache") == 1
        cache.put(ask(1), Completion(text="b"))  # and it goes on
    assert in_database_alone(tmp_path / "cache") == 2
    cache.fold_soon()  # it is closed: nothing happens


def test_folding_waits_for_nobody_and_stops_nothing(tmp_path: Path) -> None:
    with CompletionCache(tmp_path / "cache", "run") as cache:
        cache.put(ask(0), Completion(text="a"))
        with contextlib.closing(sqlite3.connect(tmp_path / "cache" / "cache.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            cache.fold_soon()
            assert cache._writer is not None
            cache._writer._run(lambda: None)
            other.execute("ROLLBACK")
        (tmp_path / "cache" / "cache.db").rename(tmp_path / "gone.db")
        cache.fold_soon()
        cache._writer._run(lambda: None)
        (tmp_path / "gone.db").rename(tmp_path / "cache" / "cache.db")
        assert len(cache) == 1


# --- locks


async def hold(folder: Path) -> None:
    async with RequestLock(folder, "f" * 64):
        pass


def test_a_lock_in_a_folder_that_was_cleared_meanwhile(tmp_path: Path) -> None:
    with CompletionCache(tmp_path / "cache", "run"):
        shutil.rmtree(tmp_path / "cache" / "locks")
        asyncio.run(hold(tmp_path / "cache"))
    assert list((tmp_path / "cache" / "locks").iterdir()) == []


def test_a_lock_whose_file_was_unlinked_before_it_was_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []
    path = tmp_path / "locks" / f"{'f' * 64}.lock"
    lock_descriptor = filelock.lock_descriptor

    def after_another(descriptor: int, *, blocking: bool) -> bool:
        if not tries:
            path.unlink()  # as whoever held it does
        tries.append(descriptor)
        return lock_descriptor(descriptor, blocking=blocking)

    async def run() -> None:
        async with RequestLock(tmp_path, "f" * 64):
            assert path.exists()

    monkeypatch.setattr(filelock, "lock_descriptor", after_another)
    asyncio.run(run())
    assert len(tries) == 2


def test_a_file_system_without_locks_gets_a_soft_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> bool:
        raise OSError(errno.ENOSYS, "Function not implemented")

    order: list[str] = []

    async def take(name: str) -> None:
        async with RequestLock(tmp_path, "f" * 64):
            order.append(f"{name} begins")
            await asyncio.sleep(0.05)
            order.append(f"{name} ends")

    async def run() -> None:
        await asyncio.gather(take("a"), take("b"))

    monkeypatch.setattr(fcntl, "flock", missing)
    asyncio.run(asyncio.wait_for(run(), 10))
    assert order in (["a begins", "a ends", "b begins", "b ends"], ["b begins", "b ends", "a begins", "a ends"])
    assert list((tmp_path / "locks").iterdir()) == []


def test_a_lock_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("a file")
    with pytest.raises(CacheUnavailableError, match=r"cannot be used: .*Not a directory"):
        asyncio.run(hold(tmp_path))
