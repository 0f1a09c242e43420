"""Answers in SQL: equal to the reference by parsing, or by the rows that both give on a small database."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pytest_finetunebench.cases.form_options import SqlGrader
from pytest_finetunebench.errors import one_line
from pytest_finetunebench.grading.code.sqlite_sandbox import QueryError, Rows, run_query
from pytest_finetunebench.grading.finding import Finding, quoted, shown
from pytest_finetunebench.grading.text.fences import unfenced

LONGEST = 10_000
"""Characters of a query that are parsed or run."""
_FIRST_WORD = re.compile(r"(?:\s|\(|--[^\n]*(?:\n|$)|/\*.*?\*/)*+([a-z]+)", re.IGNORECASE | re.DOTALL)
_QUERY_WORDS = ("select", "with", "values")
_SHOWN_ROWS = 3


class SqlAnswerError(ValueError):
    """A text is not one SQL query; the message is one line."""


def read_query(text: str, dialect: str, anywhere: bool = False) -> tuple[str, Any]:
    """Return the one query of an answer and its sqlglot tree, None where sqlglot cannot parse it.

    Raises:
        SqlAnswerError: no query, several statements, a statement that is no query, a text that is too long.
    """
    query = unfenced(text, anywhere)
    if len(query) > LONGEST:
        raise SqlAnswerError(f"is longer than {LONGEST:,} characters")
    first = _FIRST_WORD.match(query)
    if first is None or first[1].lower() not in _QUERY_WORDS:
        raise SqlAnswerError("is no SQL query: it does not begin with SELECT, WITH or VALUES")
    return query, _parsed(query, dialect)


def _sqlglot() -> Any:
    """Return the module sqlglot, told not to log what it cannot parse: the verdict says that."""
    import sqlglot

    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    return sqlglot


def _parsed(query: str, dialect: str) -> Any:
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        statements = [statement for statement in _sqlglot().parse(query, read=dialect) if statement is not None]
    except (SqlglotError, RecursionError):
        return None
    statements = [statement for statement in statements if not isinstance(statement, exp.Semicolon)]
    if len(statements) > 1:
        raise SqlAnswerError(f"holds {len(statements)} statements: one query is asked for")
    tree = statements[0] if statements else None
    # VALUES as a statement is a table to sqlglot, CTEs before a DELETE make it no query
    if tree is not None and not isinstance(tree, exp.Query | exp.Values):
        writes = f"is {type(tree).__name__.upper()}: only queries are run"
        raise SqlAnswerError(writes if isinstance(tree, exp.DML | exp.Command) else "is no SQL query")
    return tree


def compare(options: SqlGrader, references: Sequence[str], text: str) -> Finding:
    """Judge an answer against each reference: by parsing first, then by running both where there is a database."""
    try:
        query, tree = read_query(text, options.dialect, options.anywhere)
    except SqlAnswerError as error:
        return Finding(False, shown(text), str(error))
    extracted = shown(query)
    try:
        wanted = [read_query(reference, options.dialect) for reference in references]
    except SqlAnswerError as error:
        return Finding(None, extracted, f"the reference {error}")
    normal = normalised(tree, options.columns)
    if normal is not None and any(normal == normalised(other, options.columns) for _, other in wanted):
        return Finding(True, extracted, "is the reference's query (by parsing)")
    if options.setup is None:
        if tree is None:
            return Finding(False, extracted, "is not SQL that can be parsed")
        reason = "is not the reference's query by parsing; without `setup` results are not compared"
        return Finding(False, extracted, reason, well_formed=True)
    try:
        rows = run_query(options.setup, query)
    except QueryError as error:
        return Finding(None if error.undecided else False, extracted, str(error))
    return _compare_rows(options, options.setup, rows, wanted, extracted)


def _compare_rows(
    options: SqlGrader, setup: str, rows: Rows, wanted: Sequence[tuple[str, Any]], extracted: str
) -> Finding:
    reason = ""
    for reference, other in wanted:
        try:
            expected = _reference_rows(setup, reference)
        except QueryError as error:
            return Finding(None, extracted, f"the reference {error}")
        ordered = has_order(other) if options.ordered is None else options.ordered
        difference = _difference(expected, rows, ordered, options.columns)
        if difference is None:
            return Finding(True, extracted, f"gives the reference's rows ({len(rows.rows)})")
        reason = reason or difference
    return Finding(False, extracted, reason, well_formed=True)


@lru_cache(maxsize=256)
def _reference_rows(setup: str, reference: str) -> Rows:
    return run_query(setup, reference)


def has_order(tree: Any) -> bool:
    """Whether the query itself, not one inside it, orders its rows."""
    return tree is not None and tree.args.get("order") is not None


def _difference(expected: Rows, rows: Rows, ordered: bool, columns: bool) -> str | None:
    if expected.reads_tables and not rows.reads_tables:
        return "writes its rows out instead of reading a table"
    if len(expected.columns) != len(rows.columns):
        return f"gives {len(rows.columns)} columns, not {len(expected.columns)}"
    if columns and [name.lower() for name in expected.columns] != [name.lower() for name in rows.columns]:
        return f"names its columns {', '.join(map(quoted, rows.columns[:5]))}"
    if expected.counted != rows.counted:
        return f"gives {_shown_rows(rows)}, not {_shown_rows(expected)}"
    if ordered and expected.rows != rows.rows:
        return f"gives the right rows in another order: {_shown_rows(rows)}, not {_shown_rows(expected)}"
    return None


def _shown_rows(rows: Rows) -> str:
    count = len(rows.rows)
    first = ", ".join(one_line(row, 60) for row in rows.rows[:_SHOWN_ROWS])
    return f"{count} row{'' if count == 1 else 's'}" + (
        f" {first}{', …' if count > _SHOWN_ROWS else ''}" if count else ""
    )


def normalised(tree: Any, columns: bool = False) -> str | None:
    """Return one text for queries that sqlglot's rules show to be equal; None where they do not apply.

    Letter case of names and keywords, quotes around names, comments, the order of AND and OR, aliases of tables and,
    unless `columns` count, of the query's own columns do not matter.
    """
    if tree is None:
        return None
    return _normalised(tree.sql(comments=False), columns)


@lru_cache(maxsize=512)
def _normalised(query: str, columns: bool) -> str | None:
    from sqlglot import exp
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer import optimize
    from sqlglot.optimizer.normalize_identifiers import normalize_identifiers
    from sqlglot.optimizer.simplify import simplify

    try:
        tree = optimize(_sqlglot().parse_one(query), rules=(normalize_identifiers, simplify))
        _drop_aliases(tree, columns)
        for identifier in tree.find_all(exp.Identifier):
            identifier.set("quoted", False)
        return str(tree.sql(comments=False, normalize_functions="upper"))
    except (SqlglotError, RecursionError):
        return None


def _drop_aliases(tree: Any, columns: bool) -> None:
    from sqlglot import exp

    if not columns and isinstance(tree, exp.Select):
        names = {column.name for column in tree.find_all(exp.Column)}
        for alias in [part for part in tree.expressions if isinstance(part, exp.Alias) and part.alias not in names]:
            alias.replace(alias.this)
    tables = list(tree.find_all(exp.Table))
    if len(tables) == 1 and not tree.args.get("with_") and not tree.find(exp.Subquery):
        tables[0].set("alias", None)
        for column in tree.find_all(exp.Column):
            column.set("table", None)
