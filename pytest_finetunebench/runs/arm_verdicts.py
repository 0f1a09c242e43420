"""Say in words whether a fine-tune is worth it beside its arms."""

from __future__ import annotations

from pytest_finetunebench.errors import counted
from pytest_finetunebench.runs.arm_rows import SAME, ArmRow, ArmStudy
from pytest_finetunebench.runs.figures import points_text


def study_verdict(study: ArmStudy) -> str:
    """Return one sentence over all arms that could stand in for the fine-tune."""
    model = study.rows[0]
    rivals = [row for row in study.rows if row.alternative and row.pairing is not None]
    if not rivals:
        return "no arm could stand in for the fine-tune: nothing to decide"
    by_standing = {name: [r for r in rivals if r.pairing and r.pairing.standing == name] for name in _STANDINGS}
    if by_standing["ahead"]:
        best = max(by_standing["ahead"], key=_points)
        return f"the fine-tune is not worth it: {best.name} answers more ({difference_text(best)})"
    if by_standing["same"]:
        best = min(by_standing["same"], key=lambda row: (row.cost is None, row.cost.per_answer if row.cost else 0.0))
        return f"{best.name} {_same_words(best, model)}"
    if by_standing["unmeasured"]:
        lost = by_standing["unmeasured"][0]
        fault = lost.pairing.fault if lost.pairing else ""
        return f"cannot be told: {lost.name}: {fault}"
    if by_standing["unclear"]:
        return f"too few items to tell{_needed_text(by_standing['unclear'])}"
    closest = max(rivals, key=_points)
    return f"the fine-tune is worth it: better than every arm (closest: {closest.name}, {difference_text(closest)})"


_STANDINGS = ("ahead", "behind", "same", "unclear", "unmeasured")


def row_verdict(row: ArmRow, study: ArmStudy) -> str:
    """Return how one arm does beside the fine-tune; empty for the fine-tune itself."""
    pairing = row.pairing
    if pairing is None:
        return ""
    match pairing.standing:
        case "ahead":
            return f"better than the fine-tune: {difference_text(row)}"
        case "behind":
            return f"the fine-tune is better: {difference_text(row)}"
        case "same":
            return _same_words(row, study.rows[0])
        case "unmeasured":
            return f"cannot be told: {pairing.fault}"
        case "unclear":
            return f"too few items to tell{_needed_text([row])}: {difference_text(row)}"


def difference_text(row: ArmRow) -> str:
    """Return the difference to the fine-tune with its interval, in points."""
    if row.pairing is None:
        return ""
    return points_text(row.pairing.difference)


def _points(row: ArmRow) -> float:
    return row.pairing.difference.value if row.pairing else 0.0


def _same_words(row: ArmRow, model: ArmRow) -> str:
    within = f"within {100 * SAME:g} points"
    if row.tuned:
        return f"does the same as the fine-tune alone ({within})"
    if row.cost is None or model.cost is None:
        return f"does the same ({within}); the prices are not known"
    if row.cost.per_answer < model.cost.per_answer:
        return f"does the same for less ({within})"
    if row.cost.per_answer == model.cost.per_answer:
        return f"does the same at the same price, without training ({within})"
    if row.pays_after is not None:
        return f"does the same for less up to {counted(row.pays_after, 'question')} ({within})"
    if not model.cost.per_answer:
        return f"does the same for more ({within})"
    times = row.cost.per_answer / model.cost.per_answer
    return f"does the same at {times:.1f} times the cost of an answer, training apart ({within})"


def _needed_text(rows: list[ArmRow]) -> str:
    found = [row.pairing for row in rows if row.pairing is not None]
    needed = [pairing.needed for pairing in found if pairing.needed is not None]
    return f" ({max(needed):,} needed, {max(one.items for one in found):,} there)" if needed else ""
