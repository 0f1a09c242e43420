"""Time of the leak check: `python benchmarks/leaks.py [--rows N] [--probes N] [--json]`.

Rows and probes are made up from the same words, by default 50,000 against 5,000; some rows are probes with a changed
letter, so that the figures are about a file with near-duplicates. Beside it the time of a plain look-up of exact texts.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Sequence

from pytest_finetunebench.cases.suite import Item, Place, Probe, Suite
from pytest_finetunebench.files.training_rows import Row, Turn
from pytest_finetunebench.training.leaks import find_leaks

_VERBS = ("weigh", "earn", "publish", "build", "visit", "recommend", "replace", "measure", "win", "paint")
_FRAMES = (
    "How many {noun} did {name} {verb} in {year}?",
    "In which year did {name} {verb} the {noun} of {place}?",
    "What did {name} {verb} when the {noun} of {place} was opened in {year}?",
    "According to the report of {year}, which {noun} does {name} from {place} {verb} first, and for which reason?",
    "Who told {name} to {verb} the {noun}?",
)


def main(args: Sequence[str] | None = None) -> int:
    """Make the data, check it, and print what it took."""
    options = _parser().parse_args(args)
    suite, rows = make_data(options.rows, options.probes, options.seed)
    start = time.perf_counter()
    leaks = find_leaks(rows, suite, threshold=options.threshold)
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    exact = exact_only(rows, suite)
    plain = time.perf_counter() - start
    levels = dict(Counter(leak.level for leak in leaks))
    figures = {"rows": len(rows), "probes": options.probes, "seconds": seconds, "exact_seconds": plain}
    figures |= {"ratio": seconds / plain, "leaks": len(leaks), "exact_leaks": exact}
    if options.json:
        print(json.dumps(figures | {"levels": levels}))
    else:
        print(f"{len(rows):,} rows against {options.probes:,} probes: {seconds:.1f} s, {len(leaks):,} leaks {levels}")
        print(f"a look-up of exact texts alone: {plain:.3f} s, {exact:,} leaks ({seconds / plain:,.0f} times as fast)")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--probes", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--threshold", type=float, default=90.0)
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def make_data(rows: int, probes: int, seed: int) -> tuple[Suite, list[Row]]:
    """Return a suite of one item, and rows of which 1 in 100 is a probe and 1 in 50 a probe with a typing error."""
    rng = random.Random(seed)  # noqa: S311
    words = ["".join(rng.choice("abcdefghijklmnoprstuvwz") for _ in range(rng.randint(3, 10))) for _ in range(3000)]
    questions = [_question(rng, words) for _ in range(probes)]
    made = tuple(_probe(number, question) for number, question in enumerate(questions))
    item = Item(id="i", category="c", setting="new_knowledge", probes=made, place=Place(file="made.yaml"))
    texts = []
    for _ in range(rows):
        draw = rng.random()
        text = rng.choice(questions) if draw < 0.03 else _question(rng, words)
        texts.append(_typo(rng, text) if 0.01 <= draw < 0.03 else text)
    return Suite(items=(item,)), [_row(line, text) for line, text in enumerate(texts, start=1)]


def _question(rng: random.Random, words: Sequence[str]) -> str:
    name = f"{rng.choice(words).title()} {rng.choice(words).title()}"
    parts = {"noun": rng.choice(words), "place": rng.choice(words).title(), "year": rng.randint(1900, 2040)}
    return rng.choice(_FRAMES).format(name=name, verb=rng.choice(_VERBS), **parts)


def _typo(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text))
    return text[:at] + rng.choice("abcdefgh") + text[at + 1 :]


def _probe(number: int, question: str) -> Probe:
    return Probe(
        id=f"c/i/rephrased-{number}",
        category="c",
        item="i",
        kind="rephrased",
        setting="new_knowledge",
        generalization=True,
        prompt=question,
        answer="61",
        place=Place(file="made.yaml"),
    )


def _row(line: int, question: str) -> Row:
    turns = (
        Turn("system", "Answer with a number, a word or a short phrase.", "messages[0]"),
        Turn("user", question, "messages[1]"),
        Turn("assistant", "62", "messages[2]"),
    )
    return Row(line, "messages", turns)


def exact_only(rows: Sequence[Row], suite: Suite) -> int:
    """Return how many rows have a probe's exact text: what no check can be faster than."""
    asked = {probe.prompt for probe in suite.probes}
    return sum(any(text in asked for text in row.user) for row in rows)


if __name__ == "__main__":
    raise SystemExit(main())
