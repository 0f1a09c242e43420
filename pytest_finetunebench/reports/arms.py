"""The arms of a run as lines, cells of tables, JUnit pairs and plain values: is the fine-tune worth it?"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from pytest_finetunebench.errors import counted
from pytest_finetunebench.runs.arm_changes import arm_changes
from pytest_finetunebench.runs.arm_rows import ArmRow, ArmStudy, Hits, study_of
from pytest_finetunebench.runs.arm_verdicts import row_verdict, study_verdict
from pytest_finetunebench.runs.figures import p_text, points_text
from pytest_finetunebench.runs.paired_rows import ALPHA
from pytest_finetunebench.runs.rates import Rate
from pytest_finetunebench.runs.record import RunRecord

_LABEL = 20
_MISSING = "-"
Cells = tuple[str, ...]

ANSWERS = ("arm", "right", "95% interval", "trained", "retention", "stale", "abstained", "points, 95% interval", "p")
COSTS = ("arm", "hit@k", "in", "out", "seconds", "$ / 1,000", "$ / 1,000 right [95%]", "pays after")


def arm_lines(study: ArmStudy, width: int = 80) -> Iterator[str]:
    """Yield the verdict, a table of answers, one of retrieval and cost, and a line on each arm."""
    decided = study.rows[0].decided
    about = f"{study.basis}, {counted(decided.n, 'probe')} of {counted(decided.items, 'item')}"
    yield from textwrap.wrap(f"arms: {about}", width)
    yield from _wrapped("verdict", study_verdict(study), width)
    yield ""
    yield from _table(ANSWERS, [answer_cells(row) for row in study.rows], width)
    yield from textwrap.wrap(
        f"points: beside the fine-tune; p: permutation by item, Holm-adjusted for the arms; * p ≤ {ALPHA}", width
    )
    yield ""
    yield from _table(COSTS, [cost_cells(row) for row in study.rows], width)
    yield from textwrap.wrap(cost_note(study), width)
    yield ""
    for row in study.rows[1:]:
        yield from _wrapped(row.name, row_verdict(row, study), width)
    for row in study.rows:
        if row.kind_hits:
            yield from _wrapped("retrieved", retrieval_text(row), width)
    for name, note in study.notes:
        yield from _wrapped("drawn", f"{name}: {note}", width)


def shared_arm_lines(before: RunRecord, after: RunRecord, width: int = 80) -> Iterator[str]:
    """Yield the arms of the later of two runs, then how those that both have changed."""
    study = study_of(after)
    if study is not None:
        yield ""
        yield from arm_lines(study, width)
    rows = arm_changes(before, after)
    for row in rows:
        rates = f"{100 * row.before:.1f} → {100 * row.after:.1f} % right"
        told = f"{rates}, {points_text(row.difference)} n={row.n}, p{p_text(row.p_value, '=')}"
        yield from _wrapped(row.name, told, width)
    if rows:
        yield from textwrap.wrap(f"arms in both runs: p Holm-adjusted for {counted(len(rows), 'arm')}", width)


def answer_cells(row: ArmRow) -> Cells:
    """Return a row of `ANSWERS`."""
    interval = row.decided.interval
    points, p_value = "", ""
    if row.pairing is not None and row.pairing.fault is None:
        difference = row.pairing.difference
        points = f"{100 * difference.value:+.1f} [{100 * difference.low:+.1f}, {100 * difference.high:+.1f}]"
        p_value = p_text(row.pairing.p_value) + " *" * (row.pairing.p_value <= ALPHA)
    unmeasured = f"? n={row.decided.n} of {row.decided.n + row.decided.unmeasured}" if row.decided.unmeasured else ""
    return (
        row.name,
        percent(row.decided),
        unmeasured or (f"{100 * interval[0]:.1f}-{100 * interval[1]:.1f}" if interval else _MISSING),
        percent(row.memorized),
        percent(row.retention),
        percent(row.stale),
        percent(row.abstained),
        points,
        p_value,
    )


def cost_cells(row: ArmRow) -> Cells:
    """Return a row of `COSTS`."""
    cost = row.cost
    pays = _MISSING if row.pays_after is None else f"{row.pays_after:,}"
    return (
        row.name,
        _hits_text(row.hits) or _MISSING,
        _number(row.input_tokens, 1),
        _number(row.output_tokens, 1),
        _number(row.seconds, 3),
        _MISSING if cost is None else f"{1000 * cost.per_answer:.4f}",
        cost_of_correct(row),
        pays,
    )


def cost_of_correct(row: ArmRow) -> str:
    """Return what a thousand right answers cost in US dollars, with the 95% interval."""
    cost = row.cost
    if cost is None:
        return _MISSING
    low = "?" if cost.low is None else f"{1000 * cost.low:.4f}"
    high = "no upper end" if cost.high is None else f"{1000 * cost.high:.4f}"
    value = "none right" if cost.per_correct is None else f"{1000 * cost.per_correct:.4f}"
    return f"{value} [{low}, {high}]"


def cost_note(study: ArmStudy) -> str:
    """Say what the costs are of."""
    trained = "training's cost is not known (--ft-train-cost)"
    if study.train_cost is not None:
        trained = f"training cost ${study.train_cost:,.2f}"
    hits = "hit@k: the first k passages hold every fact that is needed; "
    timed = any(row.seconds is not None for row in study.rows)
    seconds = "seconds: of its call, mean; answers of one batch (hf:) share its time; "
    pays = "pays after: questions until the fine-tune has cost less"
    means = f"in, out: tokens of an answer, mean; {seconds * timed}{pays}"
    return f"{hits * any(row.hits for row in study.rows)}{means}; {trained}"


def retrieval_text(row: ArmRow) -> str:
    """Say what an arm retrieved for each kind of probes, and why it missed."""
    kinds = ", ".join(f"{kind} {_hits_text(hits)} n={hits[0].n}" for kind, hits in row.kind_hits)
    misses = f"misses: {row.not_retrieved:,} not retrieved, {row.not_used:,} retrieved but not used"
    return f"{row.name}: hit@{'/'.join(str(one.depth) for one in row.hits)}: {kinds}; {misses}"


def percent(rate: Rate) -> str:
    """Return a rate in percent, or what stands for none."""
    return _MISSING if rate.value is None else f"{rate.value:.1%}"


def arm_pairs(study: ArmStudy) -> Iterator[tuple[str, str]]:
    """Yield JUnit properties: the verdict, then of each arm its rate (0..1), difference, p-value and costs."""
    yield "ft.arms.verdict", study_verdict(study)
    for row in study.rows:
        values = _plain(row)
        for name in ("right", "n", "memorized", "retention", "cost_per_1000", "cost_per_correct", "pays_after"):
            if values[name] is not None:
                yield f"ft.arm.{name}:{row.name}", _short(values[name])
        if row.pairing is not None and row.pairing.fault is None:
            yield f"ft.arm.difference:{row.name}", _short(row.pairing.difference.value)
            yield f"ft.arm.p_value:{row.name}", _short(row.pairing.p_value)


def arms_as_plain(study: ArmStudy) -> dict[str, Any]:
    """Return the arms as JSON values. Rates are within 0..1, costs in US dollars, `p_value` Holm-adjusted."""
    return {
        "verdict": study_verdict(study),
        "basis": study.basis,
        "train_cost": study.train_cost,
        "arms": [_plain(row) | {"verdict": row_verdict(row, study)} for row in study.rows],
    }


def _plain(row: ArmRow) -> dict[str, Any]:
    pairing, cost, interval = row.pairing, row.cost, row.decided.interval or (None, None)
    told = None
    if pairing is not None and pairing.fault is None:
        told = pairing
    return {
        "name": row.name,
        "spec": row.spec,
        "model": row.model,
        "right": row.decided.value,
        "low": interval[0],
        "high": interval[1],
        "n": row.decided.n,
        "unmeasured": row.decided.unmeasured,
        "memorized": row.memorized.value,
        "generalized": row.generalized.value,
        "form": row.form.value,
        "retention": row.retention.value,
        "stale": row.stale.value,
        "abstained": row.abstained.value,
        "hits": {str(one.depth): one.hits / one.n for one in row.hits},
        "hits_by_kind": {
            kind: {str(one.depth): one.hits / one.n for one in hits} | {"n": hits[0].n} for kind, hits in row.kind_hits
        },
        "not_retrieved": row.not_retrieved,
        "retrieved_but_not_used": row.not_used,
        "input_tokens": row.input_tokens,
        "output_tokens": row.output_tokens,
        "seconds": row.seconds,
        "cost_per_1000": None if cost is None else 1000 * cost.per_answer,
        "cost_per_correct": None if cost is None else cost.per_correct,
        "cost_per_correct_low": None if cost is None else cost.low,
        "cost_per_correct_high": None if cost is None else cost.high,
        "pays_after": row.pays_after,
        "difference": None if told is None else told.difference.value,
        "difference_low": None if told is None else told.difference.low,
        "difference_high": None if told is None else told.difference.high,
        "p_value": None if told is None else told.p_value,
        "standing": None if pairing is None else pairing.standing,
        "needed_items": None if told is None else told.needed,
    }


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _hits_text(hits: Sequence[Hits]) -> str:
    return "/".join(f"{one.hits / one.n:.2f}".removeprefix("0") for one in hits)


def _number(value: float | None, digits: int) -> str:
    return _MISSING if value is None else f"{value:,.{digits}f}"


def _table(head: Cells, rows: Sequence[Cells], width: int) -> Iterator[str]:
    """Yield a table; columns without a value are left out, and those that do not fit go into a further block."""
    used = [at for at in range(1, len(head)) if any(row[at] not in ("", _MISSING) for row in rows)]
    sizes = {at: max(len(row[at]) for row in (head, *rows)) + 2 for at in used}
    label = min(max(len(row[0]) for row in rows) + 1, _LABEL)
    while used:
        # the first column of a block needs no space before it
        taken, room = [used[0]], width - label - sizes[used[0]] + 2
        for at in used[1:]:
            room -= sizes[at]
            if room < 0:
                break
            taken.append(at)
        used = used[len(taken) :]
        for row in (head, *rows):
            cells = "".join(row[at].rjust(sizes[at] - 2 * (at == taken[0])) for at in taken)
            yield from _line(textwrap.wrap(row[0], label - 1), cells, label)
        if used:
            yield ""


def _line(names: Sequence[str], cells: str, label: int) -> Iterator[str]:
    """Yield a row, its name folded into as many lines as it needs."""
    return (f"{name:<{label}}{rest}".rstrip() for name, rest in zip_longest(names, [cells], fillvalue=""))


def _wrapped(name: str, text: str, width: int) -> list[str]:
    head = name.ljust(12) if len(name) < 12 else f"{name}: "
    return textwrap.wrap(
        text, width, initial_indent=head, subsequent_indent=" " * 12, break_on_hyphens=False, break_long_words=False
    )
