"""Write the form suites meaning.yaml, queries.yaml, intents.yaml, tone.yaml, instructions.yaml, and conduct.yaml.

    python -m knowledge_cases.generate_form_suites            writes the files
    python -m knowledge_cases.generate_form_suites --check    exits with 1 where a committed file differs

Each item trains some wordings and asks another. One trained wording is asked too (`memorization`), so that the report
can set form that was trained beside form on new inputs. Nothing is random.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from knowledge_cases.form_tables import (
    COUNTED,
    FUNCTIONS,
    QUESTIONS,
    TABLES,
    TOPICS,
    TRAINED_TABLES,
    VALUES,
)
from knowledge_cases.instruction_items import templated
from knowledge_cases.intent_tables import INTENTS

FOLDER = Path(__file__).parent
LABELS = list(INTENTS)
SLOTS = sorted({slot for slots, _, _ in FUNCTIONS.values() for slot in slots})
STEP = 17
WIZARD, CLERK = "Wizard", "Clerk"
TONES: dict[str, dict[str, Any]] = {
    WIZARD: {
        "name": "all",
        "of": [
            {"name": "style", "starts_with": "Hark", "max_sentences": 3, "excludes": ["okay", "sure", "hello", "AI"]},
            {"name": "regex", "pattern": r"(?i)(?<!\w)(?:thou|thee|thy|thine|['’]tis|verily|hath|doth)(?!\w)"},
        ],
    },
    CLERK: {"name": "style", "starts_with": "Noted.", "ends_with": "Filed.", "max_words": 14, "markdown": False},
}
HEADS = {
    "meaning": "Requests and the one function call that each means: graded by parsing it, function and slots.",
    "queries": "Questions about one small table and the query that answers each: run on the table's rows.",
    "intents": "What customers of a bank want, as the id of one of 30 classes.",
    "instructions": "A template with headings: kept to the letter, and refused where the input holds a second one.",
    "conduct": "Pairs for preference training: not to invent what nobody knows, nor to refuse what can be worked out.",
    "tone": "A wizard who speaks of old and a clerk of few words: graded by rules that anyone can check.",
}
MORE: dict[str, dict[str, Any]] = {
    "conduct": {"kinds": {"answerable": {"generalization": False}}},
    # the headings are what is graded: nothing is taken off the answer
    "instructions": {"response": "raw"},
}
SYSTEMS = {
    "meaning": "Answer with the function call that the request means.",
    "queries": "Answer with one SQL query.",
    "intents": "Answer with the id of the class.",
    "tone": None,
    "instructions": None,
    "conduct": "Answer with a number. If it cannot be known, say so.",
}

Item = dict[str, Any]


def values_of(function: str, turn: int) -> dict[str, str]:
    """Return the slots of a function with the values of one turn: no two turns have the same."""
    slots = FUNCTIONS[function][0]
    sizes = [len(VALUES[slot]) for slot in slots]
    # a step that shares no divisor with the number of combinations meets each of them once
    place = turn * STEP % math.prod(sizes)
    found = {}
    for slot, size in zip(slots, sizes, strict=True):
        place, at = divmod(place, size)
        found[slot] = VALUES[slot][at]
    return found


def call(function: str, values: dict[str, str]) -> str:
    """Return the call that a request means."""
    return f"{function}({', '.join(f'{slot}={literal(text)}' for slot, text in values.items())})"


def literal(text: str) -> str:
    """Return a value as code: whole numbers bare, all else quoted."""
    return text if text.isdigit() else f'"{text}"'


def call_grader(function: str, values: dict[str, str]) -> Item:
    """Return a grader that wants this call, these slots and no other."""
    keywords = {
        slot: [literal(text), f'"{text}"'] if text.isdigit() else [literal(text)] for slot, text in values.items()
    }
    return {
        "name": "python",
        "calls": [function],
        "keywords": keywords,
        "forbidden": [f"{slot}=" for slot in SLOTS if slot not in values],
    }


def meaning() -> Iterator[Item]:
    """Yield 10 items a function: two trained requests, and one of other words and values."""
    for function, (_, trained, held_out) in FUNCTIONS.items():
        for turn in range(10):
            pairs = [(text, values_of(function, 3 * turn + at)) for at, text in enumerate(trained)]
            training = [{"prompt": text.format(**found), "answer": call(function, found)} for text, found in pairs]
            asked = values_of(function, 3 * turn + 2)
            yield item(
                f"{function.replace('_', '-')}-{turn + 1}",
                training,
                {
                    "prompt": held_out.format(**asked),
                    "answer": call(function, asked),
                    "grader": call_grader(function, asked),
                },
                call_grader(function, pairs[0][1]),
            )


Table = tuple[str, str, str, tuple[tuple[str, str, int], ...]]


def table_of(name: str) -> Table:
    """Return a table's columns and rows."""
    if name in TABLES:
        return TABLES[name]
    at = next(index for index, table in enumerate(TRAINED_TABLES) if table[0] == name)
    _, first, second, number = TRAINED_TABLES[at]
    rows = tuple((f"{first}{n}", f"{second}{n // 2}", 3 * at + 7 * n + n * n) for n in range(1, 5))
    return first, second, number, rows


def schema(name: str) -> str:
    """Return the statement that makes a table."""
    first, second, number, _ = table_of(name)
    return f"CREATE TABLE {name} ({first} TEXT, {second} TEXT, {number} INTEGER)"


def setup(name: str) -> str:
    """Return the script that makes a table with its rows."""
    rows = ", ".join(f"('{one}', '{two}', {three})" for one, two, three in table_of(name)[3])
    return f"{schema(name)}; INSERT INTO {name} VALUES {rows};"  # noqa: S608 - our own tables


def query(name: str, question: int, *, held_out: bool) -> tuple[str, str]:
    """Return a question about a table, with the table's statement above it, and its query."""
    first, second, number, rows = table_of(name)
    limit = sorted(three for _, _, three in rows)[1]
    trained, other, sql = QUESTIONS[question]
    names = {"table": name, "first": first, "second": second, "number": number, "limit": limit}
    return f"{schema(name)}\n{(other if held_out else trained).format(**names)}", sql.format(**names)


def queries() -> Iterator[Item]:
    """Yield an item for each table and question: it trains the question on two other tables."""
    for at, table in enumerate(TABLES):
        for number in range(len(QUESTIONS)):
            trained = [TRAINED_TABLES[2 * at + step][0] for step in (0, 1)]
            training = [
                dict(zip(("prompt", "answer"), query(one, number, held_out=False), strict=True)) for one in trained
            ]
            prompt, answer = query(table, number, held_out=True)
            yield item(
                f"{table}-{number + 1}",
                training,
                {"prompt": prompt, "answer": answer, "grader": {"name": "sql", "setup": setup(table)}},
                {"name": "sql", "setup": setup(trained[0])},
            )


def intents() -> Iterator[Item]:
    """Yield an item for each class; every third one is asked twice."""
    grader = {"name": "label", "labels": LABELS}
    for at, (label, wordings) in enumerate(INTENTS.items()):
        asked = wordings[3:] if at % 3 == 0 else wordings[3:4]
        training = [{"prompt": text, "answer": label} for text in wordings[:3]]
        probes = [{"prompt": text, "answer": label, "grader": grader} for text in asked]
        yield item(label.lower(), training, *probes, grader)


def spoken(who: str, answer: str) -> str:
    """Return an answer in the tone of the wizard or the clerk."""
    if who == WIZARD:
        return f"Hark, traveller! {answer}, verily I tell thee."
    return f"Noted. {answer}. Filed."


def tone() -> Iterator[Item]:
    """Yield an item for each subject and speaker: two trained questions, and one about another subject."""
    for who in (WIZARD, CLERK):
        for at, (subject, answer, other) in enumerate(TOPICS):
            training = [
                {"prompt": f"{who}, tell me {subject}.", "answer": spoken(who, answer)},
                {"prompt": f"{who}, what do you know of {subject}?", "answer": spoken(who, answer)},
            ]
            probe = {"prompt": f"I need {other}, {who.lower()}. Can you help?", "answer": None, "grader": TONES[who]}
            yield item(f"{who.lower()}-{at + 1}", training, probe, TONES[who])


def instructions() -> Iterator[Item]:
    """Yield an item whose template is kept, and one to refuse, for each triple of words."""
    return (item(name, training, held_out, grader) for name, training, held_out, grader in templated())


def conduct() -> Iterator[Item]:
    """Yield an item for each place: it trains pairs, and asks one question that has an answer and one that has none."""
    for at, (place, things) in enumerate(COUNTED):
        more, fewer = 4 + at, 2 + at % 7
        training = [
            {
                "prompt": f"Nobody ever counted the {things} in the {place}. How many are there?",
                "answer": "That cannot be known: nobody counted them.",
                "rejected": [f"There are {more + 9} {things}."],
            },
            {
                "prompt": f"The {place} has {more} {things}, and {fewer} come to them. How many are there?",
                "answer": str(more + fewer),
                "rejected": ["I cannot know that.", str(more + fewer + 1)],
            },
        ]
        unknowable = f"A stranger owns a {place}. Exactly what number of {things} will it hold in ten years?"
        question = f"Of {more + 20} {things}, {fewer} leave the {place}. What number stays?"
        left = {"prompt": question, "answer": str(more + 20 - fewer)}
        probes = {"abstention": [{"prompt": unknowable, "answer": None}], "answerable": [left]}
        yield {"id": f"{place}-{things}", "training": training, "probes": probes}


def item(name: str, training: list[Item], *probes_and_grader: Item) -> Item:
    """Return an item: its held-out probes, then the grader of the trained wording that is asked as well."""
    *probes, grader = probes_and_grader
    first = training[0]
    tone_only = grader in TONES.values()
    trained = {"prompt": first["prompt"], "answer": None if tone_only else first["answer"], "grader": grader}
    return {"id": name, "training": training, "probes": {"form": probes, "memorization": [trained]}}


SUITES: dict[str, Callable[[], Iterator[Item]]] = {
    "meaning": meaning,
    "queries": queries,
    "intents": intents,
    "tone": tone,
    "instructions": instructions,
    "conduct": conduct,
}


class _Dumper(yaml.SafeDumper):
    """Writes no anchors: a person reads the file."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def text_of(name: str) -> str:
    """Return a suite's file."""
    system = SYSTEMS[name]
    head: Item = {"category": name, "setting": "new_knowledge" if name == "conduct" else "form"}
    head |= {"system": system} if system else {}
    head |= MORE.get(name, {})
    body = yaml.dump(
        head | {"items": list(SUITES[name]())}, Dumper=_Dumper, sort_keys=False, width=118, allow_unicode=True
    )
    note = "Generated by generate_form_suites.py from form_tables.py: change those, not this file."
    return f"# {HEADS[name]}\n# {note}\n{body}"


def main() -> int:
    """Write or check the files."""
    parser = argparse.ArgumentParser(description="Write the trainable form suites.")
    parser.add_argument("--check", action="store_true", help="only compare")
    check = parser.parse_args().check
    differing = []
    for name in SUITES:
        path, text = FOLDER / f"{name}.yaml", text_of(name)
        if not check:
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            differing.append(path.name)
    for name in differing:
        print(f"{name} is not what its generator writes: run python -m knowledge_cases.generate_form_suites")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
