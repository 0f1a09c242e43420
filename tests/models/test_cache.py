"""The cache: what it keeps, what it refuses to open, and what it does when the disk fails it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pickle
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pytest_finetunebench.completions import Completion, Message, Request, Sampling, Usage
from pytest_finetunebench.errors import CacheError
from pytest_finetunebench.models.cache import CacheUnavailableError, CompletionCache, remove_files
from pytest_finetunebench.models.cache.policy import CachePolicy

MARKER = "finetunebench-cache.json"
PROJECT = Path(__file__).resolve().parents[2]


def ask(prompt: str = "How tall is Ada?", **parts: Any) -> Request:
    return Request(provider="openai", model="m", messages=(Message(role="user", content=prompt),), **parts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "cache"


@pytest.fixture
def filled(folder: Path) -> Path:
    """A closed cache with ten entries."""
    with CompletionCache(folder, "run-1") as cache:
        for number in range(10):
            cache.put(ask(f"question {number}"), Completion(text=f"answer {number}"))
    return folder


@contextlib.contextmanager
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(folder / "cache.db", isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def names(folder: Path) -> list[str]:
    return sorted(place.name for place in folder.iterdir())


def spawn(script: str, *args: object, **options: Any) -> subprocess.Popen[str]:
    prelude = """
        import asyncio, os, sys, time
        from pathlib import Path
        from pytest_finetunebench.models.cache import CacheUnavailableError, CompletionCache
        from pytest_finetunebench.completions import Completion, Message, Request

        def ask(prompt):
            return Request(provider="openai", model="m", messages=(Message(role="user", content=prompt),))
    """
    code = textwrap.dedent(prelude) + textwrap.dedent(script)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-W", "error", "-c", code, *map(str, args)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def outcome(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert err == ""
    return out


def test_an_answer_is_found_again(folder: Path) -> None:
    answer = Completion(text="171 cm", finish_reason="length", served_model="m-1", usage=Usage(input_tokens=3))
    with CompletionCache(folder, "run-1") as cache:
        assert cache.get(ask()) is None
        stored = cache.put(ask(), answer)
        assert cache.get(ask()) == stored
        assert len(cache) == 1
    with CompletionCache(folder, "run-2") as cache:
        entry = cache.get(ask())
    assert entry == stored
    assert entry is not None
    assert (entry.completion, entry.run, entry.request) == (answer, "run-1", ask())
    assert entry.created.endswith("Z")


@pytest.mark.parametrize(
    "other",
    [
        ask("How tall is Bo?"),
        ask(repeat=1),
        ask(base_url="http://127.0.0.1:1/v1"),
        ask(sampling=Sampling(seed=None)),
        ask().model_copy(update={"model": "n"}),
        ask().model_copy(update={"provider": "gemini"}),
    ],
)
def test_every_part_of_the_request_counts(folder: Path, other: Request) -> None:
    with CompletionCache(folder, "run") as cache:
        cache.put(ask(), Completion(text="a"))
        assert cache.get(other) is None


def test_a_later_answer_replaces_the_earlier(folder: Path) -> None:
    with CompletionCache(folder, "run-1") as cache:
        cache.put(ask(), Completion(text="old"))
    with CompletionCache(folder, "run-2") as cache:
        cache.put(ask(), Completion(text="new"))
        assert [(entry.completion.text, entry.run) for entry in cache.entries()] == [("new", "run-2")]


def test_folders_are_made_for_their_owner_only(folder: Path) -> None:
    with CompletionCache(folder, "run") as cache:
        cache.put(ask(), Completion(text="a"))
        assert {stat.S_IMODE(place.stat().st_mode) for place in folder.glob("cache.db*")} == {0o600}
    assert [stat.S_IMODE(place.stat().st_mode) for place in (folder, folder.parent)] == [0o700, 0o700]


def test_closing_leaves_one_database_file(filled: Path) -> None:
    assert names(filled) == ["cache.db", MARKER, "locks"]


def test_nothing_is_evicted_and_values_stay_inside(folder: Path) -> None:
    with CompletionCache(folder, "run") as cache:
        for number in range(3):
            cache.put(ask(f"{number}"), Completion(text=os.urandom(2**20).hex()))
        assert len(cache) == 3
    assert not list(folder.rglob("*.val"))


def test_importing_the_cache_imports_no_database_library() -> None:
    code = "import sys, pytest_finetunebench.models.cache; sys.exit(bool({'diskcache', 'filelock'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False)  # noqa: S603 - our own code
    assert done.returncode == 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(), prompt=st.text(st.characters(exclude_categories=())))
@example(text="\0", prompt="\ud800")
@example(text="x" * 2**20, prompt="")
@example(text="\ud83d", prompt="\udfff\ud800")
def test_any_text_survives(tmp_path: Path, text: str, prompt: str) -> None:
    answer = Completion(text=text)
    with CompletionCache(tmp_path / "cache", "run") as cache:
        cache.put(ask(prompt), answer)
        entry = cache.get(ask(prompt))
        assert entry is not None
        assert (entry.completion, entry.request) == (answer, ask(prompt))


def test_threads_share_a_cache_and_close_is_final(folder: Path) -> None:
    with CompletionCache(folder, "run") as cache:

        def work(name: str) -> None:
            for number in range(10):
                cache.put(ask(f"{name} {number}"), Completion(text=name))
            for number in [*range(10)] * 20:
                entry = cache.get(ask(f"{name} {number}"))
                found.append(entry is not None and entry.completion.text == name)

        found: list[bool] = []
        threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(cache) == 20
        assert found == [True] * 400
        closer = threading.Thread(target=cache.close)
        closer.start()
        closer.join()
    assert "cache.db-wal" not in names(folder)


def test_several_processes_fill_one_cache(folder: Path) -> None:
    script = """
        cache = CompletionCache(Path(sys.argv[1]), sys.argv[2])
        for number in range(40):
            cache.put(ask(f"{sys.argv[2]} {number}"), Completion(text="a"))
            assert cache.get(ask(f"{sys.argv[2]} {number}")).run == sys.argv[2]
            cache.put(ask(f"shared {number}"), Completion(text="b"))
        cache.close()
    """
    workers = [spawn(script, folder, name) for name in ("w1", "w2", "w3")]
    for worker in workers:
        outcome(worker)
    with CompletionCache(folder, "run") as cache:
        assert len(list(cache.entries())) == len(cache) == 4 * 40


# --- folders that are not ours, or not whole


def refused(folder: Path) -> str:
    with pytest.raises(CacheError) as caught:
        CompletionCache(folder, "run").close()
    assert not isinstance(caught.value, CacheUnavailableError), caught.value
    assert "\n" not in str(caught.value)
    return str(caught.value)


def assert_mendable(folder: Path, message: str) -> None:
    assert f"the completion cache {folder} is damaged" in message
    assert f"`finetunebench cache clear --cache-dir {folder}` empties it" in message
    remove_files(folder)
    with CompletionCache(folder, "run") as cache:
        cache.put(ask(), Completion(text="a"))
        assert len(cache) == 1


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    assert refused(tmp_path) == (
        f"{tmp_path} is not a completion cache (it holds 'thesis.txt' and no {MARKER}): "
        "name another folder with --ft-cache-dir, or --cache-dir"
    )
    with pytest.raises(CacheError, match="is not a completion cache"):
        remove_files(tmp_path)
    assert names(tmp_path) == ["thesis.txt"]


def test_a_plain_diskcache_folder_is_foreign(tmp_path: Path) -> None:
    (tmp_path / "cache.db").write_bytes(b"")
    assert "it holds 'cache.db' and no" in refused(tmp_path)


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.touch()
    assert refused(place) == f"{place}: {place} is a file: name a folder with --ft-cache-dir, or --cache-dir"
    below = place / "cache"
    assert refused(below) == f"{below}: {place} is a file: name a folder with --ft-cache-dir, or --cache-dir"


def test_a_newer_format_is_not_opened(filled: Path) -> None:
    (filled / MARKER).write_text('{"format": 2}')
    assert "has format 2, this version knows 1: upgrade pytest-finetunebench, or `finetunebench cache clear" in refused(
        filled
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "does not name a format"),
        ("[]", "does not name a format"),
        ("[" * 4000, "does not name a format"),
        ('{"format": "1"}', "names the format 1"),
        ('{"format": true}', "names the format True"),
        ('{"format": -99999999999999999999}', "names the format -99999999999999999999"),
        ('{"format": ' + "9" * 4000, "does not name a format"),
        (" " * 5000, "is 5000 bytes long"),
        ("\ud800", "does not name a format"),
    ],
)
def test_a_broken_marker(filled: Path, text: str, found: str) -> None:
    (filled / MARKER).write_bytes(text.encode("utf-8", "surrogatepass"))
    message = refused(filled)
    assert found in message
    assert_mendable(filled, message)


@pytest.mark.parametrize("planted", ["folder", "link", "fifo"])
def test_a_marker_that_is_no_plain_file_makes_the_folder_foreign(filled: Path, tmp_path: Path, planted: str) -> None:
    marker = filled / MARKER
    outside = tmp_path / "outside.json"
    outside.write_bytes(marker.read_bytes())
    marker.unlink()
    if planted == "folder":
        marker.mkdir()
    elif planted == "link":
        marker.symlink_to(outside)
    else:
        os.mkfifo(marker)
    assert f"is not a completion cache ({MARKER} is not a plain file)" in refused(filled)
    with pytest.raises(CacheError, match="is not a plain file"):
        remove_files(filled)
    assert (filled / "cache.db").exists()
    assert outside.exists()


@pytest.mark.parametrize("name", ["cache.db", "cache.db-wal", "cache.db-shm", "cache.db-journal"])
def test_linked_database_files_are_not_followed(filled: Path, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes((filled / "cache.db").read_bytes())
    before = outside.read_bytes()
    (filled / name).unlink(missing_ok=True)
    (filled / name).symlink_to(outside)
    message = refused(filled)
    assert f"{name} is a symbolic link" in message
    assert_mendable(filled, message)
    assert outside.read_bytes() == before


def test_a_database_with_a_second_name_is_refused(filled: Path, tmp_path: Path) -> None:
    os.link(filled / "cache.db", tmp_path / "second")
    message = refused(filled)
    assert "cache.db is linked from elsewhere too" in message
    assert_mendable(filled, message)
    assert (tmp_path / "second").exists()


def test_a_linked_locks_folder_is_not_followed(filled: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.lock").touch()
    (filled / "locks" / "opening.lock").unlink()
    (filled / "locks").rmdir()
    (filled / "locks").symlink_to(outside)
    message = refused(filled)
    assert "locks is a symbolic link" in message
    assert_mendable(filled, message)
    assert names(outside) == ["kept.lock"]


def test_a_linked_lock_file_is_not_followed(filled: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("kept")
    (filled / "locks" / f"{ask().fingerprint}.lock").symlink_to(outside)
    with CompletionCache(filled, "run") as cache, pytest.raises(CacheUnavailableError, match="cannot be used"):
        asyncio.run(answer_once(cache, ask(), []))
    assert outside.read_text() == "kept"


def test_a_rollback_journal_is_not_played_back(filled: Path) -> None:
    (filled / "cache.db-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"\0" * 600)
    message = refused(filled)
    assert "cache.db-journal is a rollback journal, which no cache of ours has" in message
    assert_mendable(filled, message)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "cache.db is empty"),
        (b"not a database, but long enough for a header" * 30, "file is not a database"),
        (b"SQLite format 3\0", "file is not a database"),
    ],
)
def test_a_file_that_is_no_database(filled: Path, content: bytes, found: str) -> None:
    (filled / "cache.db").write_bytes(content)
    message = refused(filled)
    assert found in message
    assert_mendable(filled, message)


@pytest.mark.parametrize(
    ("pages", "found"),
    [
        (0.5, "disk I/O error|malformed|cut short"),
        (2, "malformed"),
        (2.5, "malformed"),
        (-0.1, "cache.db is cut short"),
    ],
)
def test_a_database_cut_short(filled: Path, pages: float, found: str) -> None:
    content = (filled / "cache.db").read_bytes()
    (filled / "cache.db").write_bytes(content[: int(pages * 4096)])
    message = refused(filled)
    assert re.search(found, message)
    assert_mendable(filled, message)


def test_a_lost_database_is_made_anew(filled: Path) -> None:
    (filled / "cache.db").unlink()
    with CompletionCache(filled, "run") as cache:
        assert len(cache) == 0


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("INSERT INTO Settings VALUES ('disk_evil', 1)", "has the setting disk_evil = 1"),
        ("INSERT INTO Settings VALUES ('disk_compress_level', 1)", "has the setting disk_compress_level = 1"),
        (
            "INSERT INTO Settings VALUES ('sqlite_user_version = 7; DROP TABLE Cache', 1)",
            "has the setting sqlite_user_version = 7; DROP TABLE Cache = 1",
        ),
        ("UPDATE Settings SET value = 'delete' WHERE key = 'sqlite_journal_mode'", "sqlite_journal_mode = 'delete'"),
        ("UPDATE Settings SET value = '1) --' WHERE key = 'sqlite_synchronous'", "sqlite_synchronous = '1) --'"),
        ("UPDATE Settings SET value = x'00' WHERE key = 'eviction_policy'", "eviction_policy = b'\\x00'"),
        ("UPDATE Settings SET value = 1e300 WHERE key = 'count'", "count = 1e+300"),
        (
            "UPDATE Settings SET value = 9223372036854775807 WHERE key = 'size_limit'",
            "size_limit = 9223372036854775807",
        ),
        ("UPDATE Settings SET value = 1 WHERE key = 'statistics'", "has the setting statistics = 1"),
        ("DELETE FROM Settings WHERE key = 'hits'", "lacks the setting hits"),
        ("CREATE TRIGGER evil AFTER INSERT ON Cache BEGIN DELETE FROM Cache; END", "holds the trigger 'evil'"),
        ("CREATE VIEW evil AS SELECT 1", "holds the view 'evil'"),
        ("CREATE TABLE evil (a)", "holds the table 'evil'"),
        ("DROP INDEX Cache_expire_time", "are not those of a completion cache"),
        (
            "DROP TRIGGER Settings_size_insert; CREATE TRIGGER Settings_size_insert AFTER INSERT ON Cache "
            "BEGIN DELETE FROM Cache; END",
            "are not those of a completion cache",
        ),
    ],
)
def test_planted_settings_and_tables_are_refused(filled: Path, statement: str, found: str) -> None:
    with database(filled) as connection:
        connection.executescript(statement)
    message = refused(filled)
    assert found in message
    assert_mendable(filled, message)


def test_what_is_planted_in_the_write_ahead_log_is_seen(filled: Path) -> None:
    with database(filled) as connection:
        connection.execute("INSERT INTO Settings VALUES ('disk_evil', 1)")
        assert (filled / "cache.db-wal").stat().st_size
        assert "disk_evil" in refused(filled)


# --- rows that are not ours


class Exploit:
    """Unpickling this makes a file."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.proof,))


def plant(folder: Path, **columns: Any) -> None:
    """Change the row of `question 3`."""
    with database(folder) as connection:
        assignments = ", ".join(f"{name} = ?" for name in columns)
        done = connection.execute(
            f"UPDATE Cache SET {assignments} WHERE key = ?",
            (*columns.values(), ask("question 3").fingerprint),
        )
        assert done.rowcount == 1


def packed(**changes: Any) -> bytes:
    entry: dict[str, Any] = {
        "schema": 1,
        "request": ask("question 3").model_dump(),
        "completion": Completion(text="a").model_dump(),
        "created": "2026-11-21T00:00:00Z",
        "run": "run",
    }
    return zlib.compress(json.dumps(entry | changes).encode())


ODD = "it has a key, mode or file name that this package never writes"


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"value": b"no zlib"}, "zlib: Error -3"),
        ({"value": packed()[:-9]}, "its compressed text is cut short, or too long"),
        ({"value": zlib.compress(b"{")}, "Expecting property name"),
        ({"value": zlib.compress(b"[" * 100_000)}, "its JSON is nested too deep"),
        ({"value": zlib.compress(b"9" * 10_000)}, "Exceeds the limit"),
        ({"value": zlib.compress(b"[]")}, "it is not an entry of schema 1"),
        ({"value": packed(schema=99)}, "it is not an entry of schema 1"),
        ({"value": packed(evil=1)}, "evil: Extra inputs are not permitted"),
        ({"value": packed(created="yesterday")}, "created: String should match pattern"),
        ({"value": packed(completion={"text": 7})}, "completion.text: Input should be a valid string"),
        ({"value": packed(request=ask("another").model_dump())}, "it is stored under another request's fingerprint"),
        ({"value": zlib.compress(b" " * (65 * 2**20))}, "its compressed text is cut short, or too long"),
        ({"value": 2**63 - 1}, ODD),
        ({"value": None}, ODD),
        ({"mode": 4}, ODD),
        ({"mode": 2**62}, ODD),
        ({"mode": 3, "filename": "/etc/passwd"}, ODD),
        ({"raw": 0}, ODD),
    ],
)
def test_a_row_that_is_not_ours_is_damage(filled: Path, columns: dict[str, Any], found: str) -> None:
    plant(filled, **columns)
    with CompletionCache(filled, "run") as cache:
        for read in (lambda: cache.get(ask("question 3")), lambda: list(cache.entries())):
            with pytest.raises(CacheError) as caught:
                read()
            assert f"entry {ask('question 3').fingerprint[:11]}…: {found}" in str(caught.value)
            assert "(first, `finetunebench cache export FILE --cache-dir" in str(caught.value)
        skipped: list[str] = []
        assert len(list(cache.entries(skipped))) == 9
        assert len(skipped) == 1
        assert cache.get(ask("question 4")) is not None
        cache.put(ask("question 3"), Completion(text="mended"))
    with CompletionCache(filled, "run") as cache:
        mended = 9 if columns.get("raw") == 0 else 10
        skipped = []
        assert len(list(cache.entries(skipped))) == 10
        assert len(skipped) == 10 - mended


def test_planted_pickles_are_not_loaded(filled: Path, tmp_path: Path) -> None:
    proof = tmp_path / "executed"
    payload = pickle.dumps(Exploit(proof))
    pickle.loads(payload)  # noqa: S301 - the exploit is real
    assert proof.exists()
    proof.unlink()
    (filled / "planted.val").write_bytes(payload)
    with database(filled) as connection:
        insert = "INSERT INTO Cache (key, raw, mode, filename, value) VALUES (?, ?, ?, ?, ?)"
        connection.execute(insert, (payload, 0, 1, None, zlib.compress(b"{}")))
        connection.execute(insert, (ask("inline").fingerprint, 1, 4, None, payload))
        connection.execute(insert, (ask("file").fingerprint, 1, 4, "planted.val", None))
        connection.execute(insert, (ask("both").fingerprint, 0, 4, None, payload))
    with CompletionCache(filled, "run") as cache:
        for prompt in ("inline", "file", "both"):
            with pytest.raises(CacheError, match="never writes"):
                cache.get(ask(prompt))
            cache.put(ask(prompt), Completion(text="a"))
            cache.remove(ask(prompt))
        skipped: list[str] = []
        assert len(list(cache.entries(skipped))) == 10
        assert len(skipped) == 2
        assert len(cache) == 12
        assert cache.foreign_rows() == 2
        policy = CachePolicy("auto", filled, "run")
        policy.close()
        assert policy.notices == [
            f"the completion cache {filled} holds 2 rows with a key that this package never writes, such as a pickled "
            f"one: nothing of them is read; `finetunebench cache clear --cache-dir {filled}` removes them"
        ]
        cache.clear()
        assert len(cache) == 0
    assert not proof.exists()


def test_a_planted_file_name_deletes_nothing(filled: Path, tmp_path: Path) -> None:
    outside = tmp_path / "empty-but-for-this" / "outside.txt"
    outside.parent.mkdir()
    outside.touch()
    writes: list[Callable[[CompletionCache], object]] = [
        lambda cache: cache.put(ask("question 3"), Completion(text="new")),
        lambda cache: cache.remove(ask("question 3")),
        lambda cache: cache.clear(),
    ]
    for write in writes:
        with CompletionCache(filled, "run") as cache:
            cache.put(ask("question 3"), Completion(text="a"))
        plant(filled, filename=os.path.relpath(outside, filled))
        with CompletionCache(filled, "run") as cache:
            write(cache)
    assert outside.exists()


def test_a_damaged_page_costs_its_own_entries_only(folder: Path) -> None:
    with CompletionCache(folder, "run") as cache:
        for number in range(200):
            cache.put(ask(f"question {number}"), Completion(text=os.urandom(200).hex()))
    page = 4096
    content = bytearray((folder / "cache.db").read_bytes())
    for number in range(len(content) // page - 1, 0, -1):
        start = number * page
        if content[start] == 13:  # a leaf of a table: the last one holds entries
            content[start : start + page] = b"\xff" * page
            break
    (folder / "cache.db").write_bytes(content)
    with CompletionCache(folder, "run", read_only=True) as cache:
        with pytest.raises(CacheError, match=r"malformed.*cache clear --cache-dir.*first, `finetunebench cache export"):
            list(cache.entries())
        skipped: list[str] = []
        kept = list(cache.entries(skipped))
        assert len(kept) + len(skipped) == 200
        assert 0 < len(skipped) < 50
        assert cache.get(kept[0].request) == kept[0]


# --- a disk that fails


def test_a_folder_that_cannot_be_made() -> None:
    with pytest.raises(CacheUnavailableError, match="the completion cache /proc/nowhere/cache cannot be used: No such"):
        CompletionCache(Path("/proc/nowhere/cache"), "run")


def test_reading_alone_makes_nothing(folder: Path) -> None:
    with pytest.raises(CacheUnavailableError, match=f"there is no completion cache at {folder}"):
        CompletionCache(folder, "run", read_only=True)
    assert not folder.exists()


def test_a_full_disk_fails_the_write_and_no_read(filled: Path) -> None:
    script = """
        import resource
        cache = CompletionCache(Path(sys.argv[1]), "run")
        size = (Path(sys.argv[1]) / "cache.db-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20_000, resource.RLIM_INFINITY))
        for again in range(2):
            try:
                cache.put(ask("big"), Completion(text=os.urandom(100_000).hex()))
            except CacheUnavailableError as error:
                print(error)
            assert cache.get(ask("question 3")).completion.text == "answer 3"
            assert cache.get(ask("big")) is None
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        cache.put(ask("later"), Completion(text="a"))
        cache.close()
    """
    lines = outcome(spawn(script, filled)).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"the completion cache {filled} cannot be used: ")
    assert lines[0].endswith(("disk I/O error", "database or disk is full"))
    with CompletionCache(filled, "run") as cache:
        assert len(list(cache.entries())) == 11


def test_sqlites_own_full_disk_is_told_as_such(filled: Path) -> None:
    with CompletionCache(filled, "run") as cache:
        writer = cache._writer
        assert writer is not None
        limit = "PRAGMA max_page_count = 1"
        writer._run(lambda: writer._cache._con.execute(limit).fetchall())
        with pytest.raises(CacheUnavailableError, match="cannot be used: database or disk is full"):
            cache.put(ask("big"), Completion(text=os.urandom(2**16).hex()))
        assert cache.get(ask("question 3")) is not None


def test_a_writer_that_never_ends_makes_the_cache_unavailable(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_finetunebench.models.cache.writer.BUSY_TIMEOUT", 0.05)
    with CompletionCache(filled, "run") as cache, database(filled) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CacheUnavailableError, match="cannot be used: database is locked"):
            cache.put(ask(), Completion(text="a"))
        assert cache.get(ask("question 3")) is not None
        other.execute("ROLLBACK")
        cache.put(ask(), Completion(text="a"))


UNPRIVILEGED = """
    import diskcache, filelock
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
"""


@pytest.fixture
def public(filled: Path) -> Iterator[Path]:
    """A copy of the filled cache that every user may read and none but root write; pytest's folders are private."""
    with tempfile.TemporaryDirectory() as home:
        place = Path(home) / "cache"
        shutil.copytree(filled, place)
        for file in ("cache.db", MARKER):
            (place / file).chmod(0o444)
        for shared in (Path(home), place, place / "locks"):
            shared.chmod(0o555)
        yield place
        for shared in (Path(home), place, place / "locks"):
            shared.chmod(0o755)


def test_a_read_only_folder_is_read(public: Path) -> None:
    script = """
        cache = CompletionCache(Path(sys.argv[1]), "run")
        assert cache.get(ask("question 3")).completion.text == "answer 3"
        assert cache.get(ask("other")) is None
        assert len(list(cache.entries())) == len(cache) == 10
        for write in (lambda: cache.put(ask("q"), Completion(text="a")), lambda: cache.lock(ask("q"))):
            try:
                write()
            except CacheUnavailableError as error:
                print(error)
        cache.close()
    """
    out = outcome(spawn(textwrap.dedent(UNPRIVILEGED) + textwrap.dedent(script), public))
    assert out.splitlines() == [f"the completion cache {public} cannot be used: Permission denied"] * 2
    assert names(public) == ["cache.db", MARKER, "locks"]


def test_a_read_only_folder_with_unfinished_writes_is_not_half_read(public: Path) -> None:
    public.chmod(0o755)
    (public / "cache.db-wal").write_bytes(b"x" * 100)
    (public / "cache.db-wal").chmod(0o444)
    public.chmod(0o555)
    script = """
        try:
            CompletionCache(Path(sys.argv[1]), "run")
        except CacheUnavailableError as error:
            print(error)
    """
    out = outcome(spawn(textwrap.dedent(UNPRIVILEGED) + textwrap.dedent(script), public))
    assert "cache.db-wal holds unfinished writes, and the folder is read-only" in out


def test_a_folder_named_like_a_variable_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELSEWHERE", str(tmp_path))
    place = tmp_path / "$ELSEWHERE"
    assert refused(place) == (
        f"{place}: a cache folder's name cannot hold a variable: name another with --ft-cache-dir, or --cache-dir"
    )
    assert not place.exists()


def test_a_folder_whose_name_is_no_utf8_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "c\udcff"
    assert refused(place) == (
        f"{tmp_path}/c\\xff: a cache folder's name must be UTF-8: name another with --ft-cache-dir, or --cache-dir"
    )
    assert not place.exists()


def test_odd_folder_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("~", "a b?c#d%41", "Ünï"):
        with CompletionCache(Path(name), "run") as cache:
            cache.put(ask(), Completion(text="a"))
        assert (tmp_path / name / "cache.db").exists()


# --- one call for one request


async def answer_once(cache: CompletionCache, request: Request, calls: list[str], delay: float = 0.0) -> None:
    async with cache.lock(request):
        if cache.get(request) is None:
            calls.append("call")
            await asyncio.sleep(delay)
            cache.put(request, Completion(text="a"))


def test_tasks_with_one_request_make_one_call(folder: Path) -> None:
    calls: list[str] = []

    async def run(cache: CompletionCache) -> None:
        await asyncio.gather(*(answer_once(cache, ask(), calls, 0.05) for _ in range(5)))

    with CompletionCache(folder, "run") as cache:
        asyncio.run(run(cache))
    assert calls == ["call"]
    assert names(folder / "locks") == ["opening.lock"]


def test_processes_with_one_request_make_one_call(folder: Path) -> None:
    script = """
        cache = CompletionCache(Path(sys.argv[1]), "run")
        async def run():
            for number in range(8):
                async with cache.lock(ask(f"{number}")):
                    if cache.get(ask(f"{number}")) is None:
                        print("call", number)
                        await asyncio.sleep(0.02)
                        cache.put(ask(f"{number}"), Completion(text="a"))
        asyncio.run(run())
        cache.close()
    """
    workers = [spawn(script, folder) for _ in range(3)]
    made = sorted(line for worker in workers for line in outcome(worker).splitlines())
    assert made == [f"call {number}" for number in range(8)]


def test_a_failed_call_lets_the_next_one_try(folder: Path) -> None:
    async def fail(cache: CompletionCache) -> None:
        async with cache.lock(ask()):
            raise LookupError("the server is down")

    calls: list[str] = []
    with CompletionCache(folder, "run") as cache:
        with pytest.raises(LookupError, match="the server is down"):
            asyncio.run(fail(cache))
        assert f"{ask().fingerprint}.lock" in names(folder / "locks")
        asyncio.run(answer_once(cache, ask(), calls))
    assert calls == ["call"]


def test_waiting_leaves_the_event_loop_free(folder: Path) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.005)

    async def run(cache: CompletionCache) -> None:
        clock = asyncio.create_task(tick())
        await asyncio.gather(*(answer_once(cache, ask(), [], 0.1) for _ in range(2)))
        clock.cancel()

    with CompletionCache(folder, "run") as cache:
        asyncio.run(run(cache))
    assert ticks > 5


def test_a_killed_holder_frees_the_lock(folder: Path) -> None:
    script = """
        cache = CompletionCache(Path(sys.argv[1]), "run")
        async def run():
            async with cache.lock(ask("How tall is Ada?")):
                print("held", flush=True)
                await asyncio.sleep(60)
        asyncio.run(run())
    """
    holder = spawn(script, folder)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    calls: list[str] = []

    async def run(cache: CompletionCache) -> float:
        waiting = asyncio.create_task(answer_once(cache, ask(), calls))
        await asyncio.sleep(0.1)
        assert not calls
        holder.send_signal(signal.SIGKILL)
        began = time.perf_counter()
        await waiting
        return time.perf_counter() - began

    with CompletionCache(folder, "run") as cache:
        assert asyncio.run(run(cache)) < 5
    holder.communicate()
    assert calls == ["call"]


# --- why a request misses


def told(cache: CompletionCache, request: Request) -> list[str]:
    found = cache.nearest(request)
    assert found is not None
    return [str(difference) for difference in found[1]]


def test_the_nearest_entry_and_what_differs(folder: Path) -> None:
    with CompletionCache(folder, "run") as cache:
        assert cache.nearest(ask()) is None
        cache.put(ask(), Completion(text="a"))
        cache.put(ask("How heavy is Bo?"), Completion(text="b"))
        assert told(cache, ask()) == []
        elsewhere = ask(base_url="http://127.0.0.1:1/v1", sampling=Sampling(temperature=0.5, seed=None), repeat=2)
        assert told(cache, elsewhere.model_copy(update={"provider": "gemini", "model": "n"})) == [
            "provider: stored 'openai', asked 'gemini'",
            "base_url: stored none, asked 'http://127.0.0.1:1/v1'",
            "model: stored 'm', asked 'n'",
            "sampling.temperature: stored 0.0, asked 0.5",
            "sampling.seed: stored 42, asked none",
            "repeat: stored 0, asked 2",
        ]
        assert told(cache, ask("How heavy was Bo?")) == [
            "message 1 (user): stored 'How heavy is Bo?', asked 'How heavy was Bo?'"
        ]


def test_long_messages_are_shown_where_they_part(folder: Path) -> None:
    system = Message(role="system", content="Answer briefly.")
    long = "A long introduction. " * 20
    with CompletionCache(folder, "run") as cache:
        cache.put(ask(f"{long}How tall is Ada?"), Completion(text="a"))
        (line,) = told(cache, ask(f"{long}How heavy is Ada?"))
        assert line == (
            "message 1 (user): stored … 'A long introduction. How tall is Ada?', "
            "asked … 'A long introduction. How heavy is Ada?'"
        )
        with_system = ask().model_copy(update={"messages": (system, Message(role="user", content=f"{long}Why?"))})
        assert told(cache, with_system) == [
            "messages: stored 1 (user), asked 2 (system, user)",
            "message 2 (user): stored … 'on. A long introduction. How tall is Ada?', "
            "asked … 'on. A long introduction. Why?'",
        ]


def test_the_same_question_is_nearer_than_the_same_settings(folder: Path) -> None:
    with CompletionCache(folder, "run") as cache:
        cache.put(ask(base_url="http://a", sampling=Sampling(seed=1)), Completion(text="a"))
        cache.put(ask("How tall is Adam?"), Completion(text="b"))
        assert told(cache, ask()) == [
            "base_url: stored 'http://a', asked none",
            "sampling.seed: stored 1, asked 42",
        ]
