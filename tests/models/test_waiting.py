"""What a process says while it waits for another one."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import re
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import pytest

from pytest_finetunebench.completions import Completion, Message, Request, Sampling
from pytest_finetunebench.models.cache import CacheUnavailableError, CompletionCache
from pytest_finetunebench.models.cache.lock import RequestLock, locked
from pytest_finetunebench.models.cache.policy import CachePolicy
from pytest_finetunebench.models.calling.budget import Budget
from pytest_finetunebench.models.calling.loop import CallLoop
from tests.support.project import Project

SPAWN = multiprocessing.get_context("spawn")
MODULES = ("cache.lock", "cache.store", "cache.writer", "cache.reader", "calling.loop")
HERE = re.escape(socket.gethostname())
REQUEST = Request(
    provider="openai",
    base_url=None,
    model="m",
    messages=(Message(role="user", content="question"),),
    sampling=Sampling(),
)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in MODULES:
        monkeypatch.setattr(f"pytest_finetunebench.models.{module}.TOLD_AFTER", 0.1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with CompletionCache(tmp_path / "cache", "run") as cache:
        cache.put(REQUEST, Completion(text="a"))
    return tmp_path / "cache"


def hold_lock(path: str, held: object, done: object) -> None:
    with locked(Path(path), print, "to test"):
        held.set()  # type: ignore[attr-defined]
        done.wait(60)  # type: ignore[attr-defined]


def hold_until_told(path: str, held: object, done: object) -> None:
    """Hold a lock until the run beside it has said that it waits."""
    with locked(Path(path), print, "to test"):
        held.set()  # type: ignore[attr-defined]
        until = time.monotonic() + 60
        while not (Path(path).parent / "told").exists() and time.monotonic() < until:
            time.sleep(0.02)


def hold_database(path: str, held: object, done: object) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")
    held.set()  # type: ignore[attr-defined]
    done.wait(60)  # type: ignore[attr-defined]
    connection.execute("ROLLBACK")
    connection.close()


@contextmanager
def another_process(target: object, path: Path, seconds: float) -> Iterator[int]:
    """Let another process hold something for some seconds after it has it; yield its id."""
    held, done = SPAWN.Event(), SPAWN.Event()
    process = SPAWN.Process(target=target, args=(str(path), held, done))  # type: ignore[arg-type]
    process.start()
    assert held.wait(60)
    timer = threading.Timer(seconds, done.set)
    timer.start()
    try:
        yield process.pid or 0
    finally:
        done.set()
        timer.cancel()
        process.join()


def test_a_request_that_takes_long_has_its_holder_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_finetunebench.models.cache.lock.NAMED_AFTER", 0.01)
    path = folder / "locks" / f"{'f' * 64}.lock"
    path.write_text("pid=1\nhost=elsewhere\n", encoding="utf-8")

    async def take() -> tuple[str, str]:
        async with RequestLock(folder, "f" * 64):
            at_first = path.read_text(encoding="utf-8")
            await asyncio.sleep(0.1)
            return at_first, path.read_text(encoding="utf-8")

    at_first, later = asyncio.run(take())
    assert at_first == "", "it names who held the lock before"
    assert later == f"pid={os.getpid()}\nhost={socket.gethostname()}\n"
    assert not path.exists()


def test_who_waits_for_a_request_says_for_whom(folder: Path) -> None:
    told: list[str] = []

    async def take() -> None:
        async with RequestLock(folder, "f" * 64, told.append):
            pass

    with another_process(hold_lock, folder / "locks" / f"{'f' * 64}.lock", 0.5) as pid:
        asyncio.run(take())
    assert len(told) == 1  # once, however long
    assert re.fullmatch(
        rf"waiting for more than 15 s for the answer to a request that another process asks: "
        rf"process {pid} on {HERE} holds the lock",
        told[0],
    )


def test_who_waits_briefly_says_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_finetunebench.models.cache.lock.TOLD_AFTER", 30.0)
    told: list[str] = []
    with another_process(hold_lock, folder / "locks" / "opening.lock", 0.3):
        CompletionCache(folder, "run", tell=told.append).close()
    assert told == []


def test_who_waits_to_open_says_for_whom_in_the_notices_too(folder: Path) -> None:
    told: list[str] = []
    with another_process(hold_lock, folder / "locks" / "opening.lock", 0.5) as pid:
        policy = CachePolicy("auto", folder, "run", told.append)
    policy.close()
    assert told == policy.notices
    assert told == [
        f"waiting for more than 15 s to open the completion cache {folder}: "
        f"process {pid} on {socket.gethostname()} holds the lock"
    ]


def test_a_lock_that_is_never_released_is_blamed_on_its_holder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_finetunebench.models.cache.store.OPENING_TIMEOUT", 0.3)
    with (
        another_process(hold_lock, folder / "locks" / "opening.lock", 30) as pid,
        CompletionCache(folder, "run", tell=lambda _: None) as cache,
    ):
        assert cache.get(REQUEST) is not None
        with pytest.raises(
            CacheUnavailableError, match=rf"process {pid} on {HERE} holds the lock, since more than 0 s"
        ):
            cache.put(REQUEST, Completion(text="b"))


def test_a_lock_file_linked_to_another_file_is_not_written(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("kept")
    os.link(outside, folder / "locks" / f"{'f' * 64}.lock")

    async def take() -> None:
        async with RequestLock(folder, "f" * 64):
            pass

    asyncio.run(take())
    assert outside.read_text() == "kept"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists locks with their processes")
def test_who_waits_to_write_says_for_whom(folder: Path) -> None:
    told: list[str] = []
    with CompletionCache(folder, "run", tell=told.append) as cache, another_process(hold_writing, folder, 1.0) as pid:
        asyncio.run(cache.put_soon(REQUEST, Completion(text="b")))
        entry = cache.get(REQUEST)
    assert entry is not None
    assert entry.completion.text == "b"
    assert told[0] == f"waiting for more than 15 s to write to the completion cache {folder}: process {pid} holds it"


def hold_writing(path: str, held: object, done: object) -> None:
    connection = sqlite3.connect(Path(path) / "cache.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    held.set()  # type: ignore[attr-defined]
    done.wait(60)  # type: ignore[attr-defined]
    connection.execute("ROLLBACK")
    connection.close()


def test_a_database_that_another_process_keeps_to_itself_is_not_read_as_if_nobody_wrote(folder: Path) -> None:
    told: list[str] = []
    with (
        another_process(hold_database, folder / "cache.db", 30),
        pytest.raises(CacheUnavailableError, match="database is locked"),
    ):
        CompletionCache(folder, "run", tell=told.append)
    assert told[0].startswith(f"waiting for more than 15 s to read the completion cache {folder}: ")


def test_who_waits_to_count_a_call_says_for_whom(tmp_path: Path) -> None:
    told: list[str] = []
    budget = Budget(1, None, tmp_path / "count.json", tell=told.append)
    with another_process(hold_lock, tmp_path / "count.lock", 0.5) as pid:
        budget.reserve(REQUEST, None)
    assert told == [
        f"waiting for more than 15 s to count a call: process {pid} on {socket.gethostname()} holds the lock"
    ]


def test_who_waits_for_the_first_answer_says_so_once() -> None:
    told: list[str] = []
    calls = CallLoop(tell=told.append)
    try:
        for _ in range(2):
            answer: Future[None] = Future()
            threading.Timer(0.5, answer.set_result, (None,)).start()
            calls.wait(answer, "a request")
    finally:
        calls.close()
    assert told == calls.notices
    assert told == [
        "waiting for more than 15 s for the first answer: its SDK is still being loaded, as after an installation, "
        "or the server is silent"
    ]


CONFTEST = """\
from pathlib import Path
import pytest_finetunebench.models.cache.lock as lock

def says(what, holder, waits_for=lock.waits_for):
    Path(".finetunebench/cache/locks/told").touch()
    return waits_for(what, holder)

lock.TOLD_AFTER = 0.1
lock.waits_for = says
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "xdist"])
def test_a_run_that_waits_says_so_on_stderr_and_in_its_section(
    pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    project = Project(pytester, workers)
    project.write("conftest.py", CONFTEST)
    CompletionCache(project.path / ".finetunebench" / "cache", "before").close()
    lock = project.path / ".finetunebench" / "cache" / "locks" / "opening.lock"
    with another_process(hold_until_told, lock, 60.0) as pid:
        result = pytester.runpytest_subprocess(
            *workers, "--ft-model=openai:m", "--ft-base-url=http://127.0.0.1:9", "--ft-cache=replay"
        )
    words = (
        f"waiting for more than 15 s to open the completion cache {lock.parents[1]}: "
        f"process {pid} on {socket.gethostname()} holds the lock"
    )
    assert f"finetunebench: {words}" in result.stderr.str()
    section = "".join(line.strip() for line in result.outlines)  # wrapped anywhere
    assert words.replace(" ", "") in section.replace(" ", "")
