"""How far verdicts agree with people: `python benchmarks/grading.py --data FILE` or `--reported FILE` (or both).

The file of `--data` holds judged answers for the default text grader, as JSON Lines: `source`, `question`,
`references` (any of them is right), `response`, `human_correct`. Questions are halved by a hash, so that rules are
developed on one half and reported on the other.

The file of `--reported` holds cases for all graders, as JSON Lines: `group`, `shape`, `kind` (the probe's), `question`,
`reference` (null: the model must decline), `answer`, `options`, `outcome` (the right one). `options` may hold
`grader`, `fact`, `aliases`, `superseded`, `trained_prompt`, `trained_answer`, `system`, `setting`, `finish` (the finish
reason), `language`. The language of a case that names none is read from the words of its question and reference,
English where they do not tell (`--language en`: of all). Each case is graded as a run grades it, without a judge.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pytest_finetunebench.cases.grader_options import AutoGrader, Guards
from pytest_finetunebench.cases.languages import AUTO_LANGUAGE, DEFAULT_LANGUAGE, LANGUAGE_WORDS
from pytest_finetunebench.cases.suite import KINDS, PROMPT_KINDS, Place, Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading import grade as grade_probe
from pytest_finetunebench.grading.detect import detect_language
from pytest_finetunebench.grading.finding import Finding
from pytest_finetunebench.grading.outcome import Outcome, Verdict
from pytest_finetunebench.grading.prose.exchange import Exchange, read_texts
from pytest_finetunebench.grading.prose.match import compare_answer
from pytest_finetunebench.runs.statistics import cohen_kappa

_OPTIONS = frozenset(
    (
        "grader",
        "fact",
        "aliases",
        "superseded",
        "trained_prompt",
        "trained_answer",
        "system",
        "setting",
        "finish",
        "language",
    )
)
"""What the options of a reported case may hold."""
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


@dataclass(frozen=True)
class Case:
    """One reported case: a probe, what the model said to it, and the right outcome."""

    group: str
    shape: str
    probe: Probe
    completion: Completion
    outcome: Outcome


@dataclass(frozen=True)
class Count:
    """How many cases of a group are judged right, pass though they should not, and fail though they should pass.

    The rest has another wrong outcome: `wrong` for `stale`, say.
    """

    n: int
    right: int
    false_pass: int
    false_fail: int


def main(args: Sequence[str] | None = None) -> int:
    """Grade the files' answers and print a row for each source or group."""
    parser = _parser()
    options = parser.parse_args(args)
    if options.data is None and options.reported is None:
        parser.error("give --data FILE, --reported FILE or both")
    guards = Guards(**dict.fromkeys(options.without, False))
    printed: dict[str, Any] = {}
    if options.data is not None:
        try:
            rows = list(read(options.data, HALVES[options.half]))
        except (OSError, ValueError, KeyError) as error:
            return _unreadable(options.data, error)
        printed |= _judged(rows, guards, options)
    if options.reported is not None:
        try:
            cases = list(read_cases(options.reported, guards, options.language))
        except (OSError, ValueError, KeyError, TypeError) as error:
            return _unreadable(options.reported, error)
        printed |= _reported(cases, options)
    if options.json:
        print(json.dumps(printed, indent=2))
    return 0


def _unreadable(path: Path, error: Exception) -> int:
    print(f"{path}: {type(error).__name__}: {error}", file=sys.stderr)
    return 2


def _judged(rows: Sequence[Row], guards: Guards, options: argparse.Namespace) -> dict[str, Any]:
    graded = {source: grade([row for row in rows if row.source == source], guards) for source in sources(rows)}
    results = [agreement(source, *measured) for source, measured in graded.items()]
    if not options.json:
        print(table(results))
        for source, (pairs, _) in graded.items():
            show_errors(source, pairs, options.errors)
    return {"half": options.half, "sources": [asdict(result) for result in results]}


def _reported(cases: Sequence[Case], options: argparse.Namespace) -> dict[str, Any]:
    judged = [(case, grade_probe(case.probe, case.completion)) for case in cases]
    groups = {case.group: count([pair for pair in judged if pair[0].group == case.group]) for case in cases}
    total = count(judged)
    if not options.json:
        print(count_table({**groups, "total": total}))
        show_wrong_outcomes(judged, options.errors)
    return {"total": asdict(total), "groups": {name: asdict(group) for name, group in groups.items()}}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, metavar="FILE", help="judged answers, JSON Lines")
    parser.add_argument("--reported", type=Path, metavar="FILE", help="reported cases, JSON Lines")
    parser.add_argument("--half", choices=HALVES, default="all", help="which questions, by a hash (default: all)")
    parser.add_argument(
        "--language",
        choices=LANGUAGE_WORDS,
        default=AUTO_LANGUAGE,
        help="the language of reported cases that name none; auto: read it from each (default: auto)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument(
        "--errors", type=int, default=0, metavar="N", help="show the first N disagreements per source or group"
    )
    parser.add_argument(
        "--without", action="append", default=[], choices=tuple(Guards.model_fields), help="switch a guard off"
    )
    return parser


def read_cases(path: Path, guards: Guards | None = None, language: str = DEFAULT_LANGUAGE) -> Iterator[Case]:
    """Yield the reported cases of a file; `guards` are those of probes without a grader of their own.

    `language` is that of cases that name none; with `auto` it is read from each.

    Raises:
        ValueError: a line is no case; the message begins with its number.
    """
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield _case(json.loads(line), Place(file=path.name, line=number), guards or Guards(), language)
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    kind = "" if type(error) is ValueError else f"{type(error).__name__}: "
                    raise ValueError(f"line {number}: {kind}{error}") from error


def _case(row: dict[str, Any], place: Place, guards: Guards, language: str) -> Case:
    options = dict(row["options"] or {})
    if unknown := sorted(set(options) - _OPTIONS):
        close = difflib.get_close_matches(unknown[0], _OPTIONS, 1)
        meant = f"; is '{close[0]}' meant?" if close else f" (there are {', '.join(sorted(_OPTIONS))})"
        raise ValueError(f"no option '{unknown[0]}'{meant}")
    if language == AUTO_LANGUAGE:
        language = detect_language(f"{row['question']} {row['reference'] or ''}") or DEFAULT_LANGUAGE
    finish = options.pop("finish", "stop")
    superseded = tuple(options.pop("superseded", ()))
    own_kinds = {kind: setting for setting, kind in reversed(PROMPT_KINDS.items())}
    setting = own_kinds.get(row["kind"], "new_knowledge")
    probe = Probe(
        id=f"reported/case-{place.line}/{row['kind'].replace('_', '-')}-1",
        category="reported",
        item=f"case-{place.line}",
        kind=row["kind"],
        setting=options.pop("setting", "updated_knowledge" if superseded else setting),
        generalization=KINDS[row["kind"]],
        prompt=row["question"],
        answer=row["reference"],
        superseded_answers=superseded,
        grader=options.pop("grader", AutoGrader(guards=guards)),
        language=options.pop("language", language),
        place=place,
        # what a probe has no field for is an error, never left out in silence
        **options,
    )
    completion = Completion(text=row["answer"], finish_reason=finish)
    return Case(row["group"], row["shape"], probe, completion, Outcome(row["outcome"]))


def count(judged: Sequence[tuple[Case, Verdict]]) -> Count:
    """Count the right and wrong outcomes of some cases."""
    correct = Outcome.CORRECT
    return Count(
        n=len(judged),
        right=sum(verdict.outcome is case.outcome for case, verdict in judged),
        false_pass=sum(verdict.outcome is correct is not case.outcome for case, verdict in judged),
        false_fail=sum(case.outcome is correct is not verdict.outcome for case, verdict in judged),
    )


def count_table(groups: dict[str, Count]) -> str:
    """Lay the counts of cases out as text."""
    head = f"{'group':<28}{'n':>6}{'right':>8}{'%':>8}{'false pass':>12}{'false fail':>12}"
    return "\n".join(
        [head]
        + [
            f"{name:<28}{one.n:>6}{one.right:>8}{100 * one.right / max(one.n, 1):>8.1f}"
            f"{one.false_pass:>12}{one.false_fail:>12}"
            for name, one in groups.items()
        ]
    )


def show_wrong_outcomes(judged: Sequence[tuple[Case, Verdict]], most: int) -> None:
    """Print the first cases of each group whose outcome is not the right one."""
    shown: Counter[str] = Counter()
    for case, verdict in judged:
        if verdict.outcome is not case.outcome and shown[case.group] < most:
            shown[case.group] += 1
            told: dict[str, Any] = {
                "group": case.group,
                "shape": case.shape,
                "line": case.probe.place.line,
                "right": case.outcome,
                "outcome": verdict.outcome,
                "reason": verdict.reason,
                "question": case.probe.prompt,
                "reference": case.probe.answer,
                "answer": case.completion.text[:300],
            }
            print(json.dumps(told, ensure_ascii=False))


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
    pairs = [(row, compare_answer(_exchange(row, guards))) for row in rows]
    return pairs, time.process_time() - start


def _exchange(row: Row, guards: Guards) -> Exchange:
    return read_texts(question=row.question, references=row.references, answer=row.response, guards=guards)


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
