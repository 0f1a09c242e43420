"""SQL answers: equal by parsing, equal by their rows, and attacks that must come to nothing."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.cases.form_options import SqlGrader
from pytest_finetunebench.grading.code.sql import compare
from pytest_finetunebench.grading.code.sqlite_sandbox import QueryError, run_query, setup_problem
from pytest_finetunebench.grading.finding import Finding
from tests.support.answers import MOMENT

SETUP = """
CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, weight REAL, town TEXT);
INSERT INTO people VALUES (1, 'Ada', 61, 'Vellmora'), (2, 'Bo', 74.5, 'Vellmora'), (3, 'Cy', 82, 'Oldmora');
CREATE VIEW heavy AS SELECT * FROM people WHERE weight > 70;
"""
REFERENCE = "SELECT name FROM people WHERE weight > 70 AND town = 'Vellmora'"
EVIL_ROWS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"


def judge(answer: str, reference: str = REFERENCE, **options: object) -> Finding:
    grader = SqlGrader.model_validate({"name": "sql", "setup": SETUP, **options})
    return compare(grader, (reference,), answer)


@pytest.mark.parametrize(
    "answer",
    [
        REFERENCE,
        "select NAME from People where weight>70 and town='Vellmora';",
        "```sql\nSELECT name FROM people\nWHERE town = 'Vellmora' AND weight > 70\n```",
        'SELECT "p"."name" AS n FROM people AS p WHERE p.weight > 70 AND p.town = \'Vellmora\' -- those',
        "`SELECT name FROM people WHERE town = 'Vellmora' AND weight > 70`",
    ],
)
def test_equal_by_parsing(answer: str) -> None:
    compared = judge(answer, setup=None)
    assert compared.met is True
    assert compared.reason == "is the reference's query (by parsing)"


@pytest.mark.parametrize(
    "answer",
    [
        "SELECT name FROM people WHERE weight >= 70 AND town = 'Vellmora'",
        "SELECT name FROM people WHERE weight > 70 OR town = 'Vellmora'",
        "SELECT name FROM people WHERE weight > 70 AND town = 'vellmora'",
        "SELECT town FROM people WHERE weight > 70 AND town = 'Vellmora'",
        "SELECT DISTINCT name FROM people WHERE weight > 70 AND town = 'Vellmora'",
    ],
)
def test_not_equal_by_parsing(answer: str) -> None:
    compared = judge(answer, setup=None)
    assert (compared.met, compared.well_formed) == (False, True)
    assert compared.reason.startswith("is not the reference's query by parsing")


@pytest.mark.parametrize(
    "answer",
    [
        "SELECT p.name FROM people p JOIN heavy h ON h.id = p.id WHERE p.town LIKE 'vell%'",
        "WITH h AS (SELECT * FROM heavy) SELECT name FROM h WHERE town = 'Vellmora'",
        "SELECT name AS who FROM people WHERE id = (SELECT max(id) FROM people WHERE town = 'Vellmora')",
        "SELECT name FROM people WHERE town GLOB 'V*' AND weight BETWEEN 70 AND 80",
        "SELECT name FROM people WHERE weight > 70 EXCEPT SELECT name FROM people WHERE town = 'Oldmora'",
    ],
)
def test_equal_by_rows(answer: str) -> None:
    compared = judge(answer)
    assert compared.met is True
    assert compared.reason == "gives the reference's rows (1)"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("SELECT name FROM people", "gives 3 rows ('Ada',), ('Bo',), ('Cy',), not 1 row ('Bo',)"),
        ("SELECT name, town FROM people", "gives 2 columns, not 1"),
        ("SELECT 'Bo'", "writes its rows out instead of reading a table"),
        ("VALUES ('Bo')", "writes its rows out instead of reading a table"),
        ("SELECT nme FROM people", "SQLite: no such column: nme"),
        ("Take the people above 70 kg.", "is no SQL query: it does not begin with SELECT, WITH or VALUES"),
        ("Select whom you like.", "SQLite: near"),
        ("", "is no SQL query"),
        ("SELECT\0", "is no SQL query"),
        ("SELECT name\0", "SQLite: "),
        ("SELECT ?", "SQLite: "),
        ("SELECT 1 WHERE" + "(" * 3000, "SQLite: "),
        ("SELECT " + "x" * 20_000, "is longer than 10,000 characters"),
    ],
)
def test_other_rows_and_no_query(answer: str, reason: str) -> None:
    compared = judge(answer)
    assert compared.met is False
    assert compared.reason.startswith(reason)


@pytest.mark.parametrize(
    ("reference", "answer", "options", "met"),
    [
        ("SELECT name FROM people ORDER BY weight", "SELECT name FROM people ORDER BY -weight", {}, False),
        ("SELECT name FROM people", "SELECT name FROM people ORDER BY -weight", {}, True),
        ("SELECT name FROM people", "SELECT name FROM people ORDER BY -weight", {"ordered": True}, False),
        ("SELECT name FROM people ORDER BY weight", "SELECT name FROM heavy UNION SELECT name FROM people", {}, True),
        ("SELECT name n FROM people", "SELECT name FROM people p", {}, True),
        ("SELECT name n FROM people", "SELECT name FROM people p", {"columns": True}, False),
        (
            "SELECT name n FROM people",
            "SELECT name AS N FROM heavy UNION SELECT name FROM people",
            {"columns": True},
            True,
        ),
        ("SELECT weight * 1.0 FROM people", "SELECT weight / 1 FROM people", {}, True),
        ("SELECT town FROM people", "SELECT DISTINCT town FROM people", {}, False),
        ("SELECT count(*) FROM people", "WITH c AS (SELECT * FROM people) SELECT count(*) FROM c", {}, True),
    ],
)
def test_order_columns_and_multisets(reference: str, answer: str, options: dict[str, object], met: bool) -> None:
    assert judge(answer, reference, **options).met is met


ATTACKS = {
    "ATTACH 'evil.db' AS e": "is no SQL query",
    "WITH x AS (SELECT 1) DELETE FROM people": "is DELETE: only queries are run",
    "WITH x AS (SELECT 1) INSERT INTO people SELECT 9, 'x', 1, 'y'": "is INSERT: only queries are run",
    "PRAGMA writable_schema = 1": "is no SQL query",
    "SELECT * FROM pragma_table_info('people')": "is refused",
    "SELECT * FROM pragma_database_list": "is refused",
    "SELECT writefile('evil.txt', 'x')": "function",
    "SELECT readfile('/etc/passwd')": "function",
    "SELECT load_extension('evil')": "is refused: the function load_extension",
    "SELECT edit('x')": "function",
    "SELECT fts3_tokenizer('simple')": "function",
    "SELECT randomblob(1000000000)": "is refused: the function randomblob",
    "SELECT zeroblob(1000000000)": "is refused: the function zeroblob",
    "SELECT printf('%.*c', 1000000000, 'x')": "is refused: the function printf",
    "SELECT format('%1000000000d', 1)": "is refused: the function format",
    "SELECT sqlite_version()": "is refused: the function sqlite_version",
    "SELECT sql FROM sqlite_master": "is refused: reading sqlite_master",
    "SELECT count(*) FROM sqlite_schema": "is refused: reading sqlite_",
    "SELECT * FROM dbstat": "is refused",
    "SELECT * FROM json_each('[1]')": "is refused",
    f"{EVIL_ROWS} SELECT x FROM c": "gives more than 5,000 rows or 2 MB",
    f"{EVIL_ROWS} SELECT count(*) FROM c": "takes more than 1,000,000 steps",
    f"{EVIL_ROWS} SELECT group_concat(x) FROM c": "",
    "SELECT " + "replace(" * 12 + "'aaaaaaaaaa'" + ", 'a', 'aaaaaaaaaa')" * 12: "SQLite: string or blob too big",
    "SELECT count(*) FROM " + ", ".join(f"people p{i}" for i in range(40)): "takes more than 1,000,000 steps",
    "SELECT count(*) FROM " + ", ".join(f"people p{i}" for i in range(100)): "SQLite: at most 64 tables in a join",
    "SELECT 1; SELECT 2": "holds 2 statements",
    "SELECT name FROM people; DROP TABLE people": "holds 2 statements",
    "SELECT 1; ATTACH 'evil.db' AS e": "holds 2 statements",
    "SELECT /* ; */ name FROM people; -- DROP\nVACUUM INTO 'evil.db'": "",
    "/* SELECT */ VACUUM INTO 'evil.db'": "is no SQL query",
    "-- SELECT\nINSERT INTO sqlite_master VALUES (1, 2, 3, 4, 5)": "is no SQL query",
    "EXPLAIN SELECT 1": "is no SQL query",
    "CREATE TRIGGER t AFTER INSERT ON people BEGIN SELECT 1; END": "is no SQL query",
    "CREATE VIRTUAL TABLE f USING fts5(x)": "is no SQL query",
    "SELECT name FROM people WHERE " + "NOT " * 2000 + "1": "SQLite: ",
    "SELECT 1" + " UNION SELECT 1" * 500: "SQLite: ",
    "SELECT (" * 200 + "1" + ")" * 200: "SQLite: ",
    "SELECT substr(group_concat(name), 1) FROM people GROUP BY 1 LIMIT (SELECT load_extension('x'))": "is refused",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks(attack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = time.process_time()
    compared = judge(attack)
    assert compared.met is False
    assert ATTACKS[attack] in compared.reason
    assert time.process_time() - before < MOMENT
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "attack",
    [
        "SELECT 'a' LIKE '" + "%a" * 90 + "b'",
        "SELECT name FROM people WHERE (SELECT group_concat(name, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa') "
        "FROM people p) LIKE '" + "%a" * 40 + "b'",
        "SELECT replace(hex(replace('aaaaaaaaaaaaaaaaaaaa', 'a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')), "
        "'6', 'a') LIKE '" + "%a1" * 40 + "b' FROM people",
        "SELECT 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' GLOB '" + "*a" * 40 + "b' FROM people",
    ],
)
def test_patterns_that_take_for_ever_do_not(attack: str) -> None:
    before = time.process_time()
    compared = judge(attack, reference="SELECT weight FROM people")
    assert compared.met is not True
    assert time.process_time() - before < MOMENT


def test_sorting_without_end_stays_small() -> None:
    long = "replace(replace('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'a', 'bbbbbbbbbb'), 'b', 'cccccccccc')"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = f"WITH RECURSIVE c(x, y) AS (SELECT 1, {long} UNION ALL SELECT x + 1, y FROM c)"
    attack = f"{rows} SELECT y || '' FROM c ORDER BY 1"
    assert "takes more than 1,000,000 steps" in judge(attack).reason
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000  # kB


@pytest.mark.parametrize(
    ("setup", "problem"),
    [
        ("ATTACH 'evil.db' AS e", "is refused: ATTACH evil.db"),
        ("CREATE TABLE t (a); VACUUM INTO 'evil.db'", "is refused: ATTACH"),
        ("PRAGMA journal_mode = DELETE", "is refused: PRAGMA journal_mode"),
        ("CREATE VIRTUAL TABLE f USING fts5(x)", "is refused: CREATE VIRTUAL TABLE"),
        ("CREATE TABLE t (a); CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END", "is refused: CREATE TRIGGER"),
        ("CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(1e9))", "is refused: the function zeroblob"),
        ("CREATE TABLE t (a); INSERT INTO sqlite_master VALUES (1, 2, 3, 4, 5)", "SQLite: table sqlite_master may not"),
        (f"CREATE TABLE t (a); INSERT INTO t {EVIL_ROWS} SELECT x FROM c", "takes more than 1,000,000 steps"),
        ("CREATE TABLE t (a", "SQLite: incomplete input"),
        ("CREATE TABLE t (a); INSERT INTO t VALUES (load_extension('x'))", "is refused: the function load_extension"),
        ("x" * 200_000, "SQLite: "),
    ],
)
def test_a_script_is_held_too(setup: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert problem in str(setup_problem(setup))
    assert not list(tmp_path.iterdir())


def test_a_script_in_a_transaction_of_its_own() -> None:
    rows = run_query("BEGIN; CREATE TABLE t (a); INSERT INTO t VALUES (1.0), (NULL)", "SELECT a FROM t")
    assert rows.rows == ((1,), (None,))


def test_the_answer_cannot_write() -> None:
    with pytest.raises(QueryError, match="is refused: DELETE FROM people"):
        run_query(SETUP, "DELETE FROM people")


def test_bytes_that_are_no_text() -> None:
    assert run_query(SETUP, "SELECT CAST(x'ff' AS TEXT) FROM people LIMIT 1").rows == (("�",),)


@given(st.text(max_size=60))
def test_never_raises(text: str) -> None:
    assert judge(text).met in (True, False)
    assert judge(f"SELECT {text}", setup=None).met in (True, False)


@given(st.sampled_from(["SELECT", "FROM", "people", "name", "(", ")", ",", "WHERE", "'", "1", "UNION", ";"]), st.data())
def test_never_raises_on_near_sql(first: str, data: st.DataObject) -> None:
    words = st.lists(st.sampled_from(["SELECT", "FROM", "people", "name", "(", ")", ",", "=", "*", "WITH", "AS", "--"]))
    assert judge(f"SELECT {first} {' '.join(data.draw(words))}").met in (True, False)
