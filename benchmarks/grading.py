"""Agreement of the default text grader with people: `python benchmarks/grading.py --data FILE [--json]`.

FILE is JSON Lines: `source`, `question`, `references` (any of them is right), `response`, `human_correct`. Questions
are halved by a hash, so that rules are developed on one half and reported on the other.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pytest_finetunebench.cases.grader_options import Guards
from pytest_finetunebench.grading.finding import Finding
from pytest_finetunebench.grading.prose.match import compare_answer
from pytest_finetunebench.runs.statistics import cohen_kappa

HALVES = {"develop": (0,), "report": (1,), "all": (0, 1)}


@dataclass(frozen=True)
class Row:
    """One judged answer."""

    source: str
    question: str
    references: tuple[str, ...]
    response: str
    human_correct: bool


@dataclass(frozen=True)
class Agreement:
    """How the grader agrees with people on one source; kappa is Cohen's (1960). None where a ratio has no meaning.

    An undecided answer (a judge is needed) counts as not correct.
    """

    source: str
    n: int
    accuracy: float
    precision: float | None
    recall: float | None
    kappa: float | None
    undecided: int
    answers_per_second: float


def main(args: Sequence[str] | None = None) -> int:
    """Grade the file's answers and print a row per source."""
    options = _parser().parse_args(args)
    try:
        rows = list(read(options.data, HALVES[options.half]))
    except (OSError, ValueError, KeyError) as error:
        print(f"{options.data}: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    guards = Guards(**dict.fromkeys(options.without, False))
    graded = {source: grade([row for row in rows if row.source == source], guards) for source in sources(rows)}
    results = [agreement(source, *measured) for source, measured in graded.items()]
    if options.json:
        print(json.dumps({"half": options.half, "sources": [asdict(result) for result in results]}, indent=2))
    else:
        print(table(results))
        for source, (pairs, _) in graded.items():
            show_errors(source, pairs, options.errors)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="judged answers, JSON Lines")
    parser.add_argument("--half", choices=HALVES, default="all", help="which questions, by a hash (default: all)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="show the first N disagreements per source")
    parser.add_argument(
        "--without", action="append", default=[], choices=tuple(Guards.model_fields), help="switch a guard off"
    )
    return parser


def read(path: Path, halves: Sequence[int]) -> Iterator[Row]:
    """Yield the rows of the file that belong to the chosen halves of its questions."""
    with path.open(encoding="utf-8") as lines:
        for line in filter(str.strip, lines):
            row = json.loads(line)
            if half_of(row["question"]) in halves:
                references = row["references"]
                listed = (references,) if isinstance(references, str) else tuple(references)
                yield Row(
                    str(row.get("source", "all")), row["question"], listed, row["response"], bool(row["human_correct"])
                )


def half_of(question: str) -> int:
    """Return 0 or 1 by the SHA-256 of the question: the same question is always in the same half."""
    return hashlib.sha256(question.encode()).digest()[-1] % 2


def sources(rows: Sequence[Row]) -> list[str]:
    """Return the sources in the order of the file."""
    return list(dict.fromkeys(row.source for row in rows))


def grade(rows: Sequence[Row], guards: Guards) -> tuple[list[tuple[Row, Finding]], float]:
    """Return each row with its comparison, and the processor seconds that grading took."""
    start = time.process_time()
    pairs = [(row, compare_answer(row.question, row.references, row.response, guards=guards)) for row in rows]
    return pairs, time.process_time() - start


def agreement(source: str, pairs: Sequence[tuple[Row, Finding]], seconds: float) -> Agreement:
    """Compute the figures of one source from its graded rows."""
    both = sum(row.human_correct and found.met is True for row, found in pairs)
    judged = sum(row.human_correct for row, _ in pairs)
    met = sum(found.met is True for _, found in pairs)
    n = len(pairs)
    return Agreement(
        source=source,
        n=n,
        accuracy=(n - judged - met + 2 * both) / n,
        precision=both / met if met else None,
        recall=both / judged if judged else None,
        kappa=cohen_kappa(both, judged, met, n),
        undecided=sum(found.met is None for _, found in pairs),
        answers_per_second=n / seconds if seconds else float("inf"),
    )


def table(results: Sequence[Agreement]) -> str:
    """Lay the figures out as text."""
    head = f"{'source':<16}{'n':>6}{'accuracy':>10}{'precision':>11}{'recall':>8}{'kappa':>7}"
    head += f"{'undecided':>11}{'answers/s':>11}"
    return "\n".join([head, *(_line(result) for result in results)])


def _line(result: Agreement) -> str:
    def ratio(value: float | None) -> str:
        return "–" if value is None else f"{value:.3f}"

    return (
        f"{result.source:<16}{result.n:>6}{ratio(result.accuracy):>10}{ratio(result.precision):>11}"
        f"{ratio(result.recall):>8}{ratio(result.kappa):>7}{result.undecided:>11}{result.answers_per_second:>11,.0f}"
    )


def show_errors(source: str, pairs: Sequence[tuple[Row, Finding]], most: int) -> None:
    """Print the first disagreements of a source."""
    wrong: list[tuple[Row, Finding]] = [pair for pair in pairs if pair[0].human_correct is not (pair[1].met is True)]
    for row, found in wrong[:most]:
        shown: dict[str, Any] = {
            "source": source,
            "people": row.human_correct,
            "reason": found.reason,
            "question": row.question,
            "references": row.references[:4],
            "response": row.response[:300],
        }
        print(json.dumps(shown, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(main())
