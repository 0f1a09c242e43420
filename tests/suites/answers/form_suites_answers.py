"""Write the answer files of the trainable form suites: answers to each probe, right and wrong, with their outcomes.

python -m tests.suites.answers.form_suites_answers            writes the files
python -m tests.suites.answers.form_suites_answers --check    exits with 1 where a committed file differs
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any

import yaml

from knowledge_cases.generate_form_suites import LABELS, SUITES, WIZARD

FOLDER = Path(__file__).parent


def of_meaning(probe: dict[str, Any]) -> dict[str, list[str]]:
    """Return answers to a request: the order of slots and a fence count for nothing."""
    answer = probe["answer"]
    name, slots = answer[:-1].split("(", 1)
    parts = re.findall(r'\w+=(?:"[^"]*"|\d+)', slots)
    turned = f"{name}({', '.join(reversed(parts))})"
    fenced = f"```python\n{answer}\n```"
    other = next(one for one in ("find_table", "play_song") if one != name)
    return {
        "correct": [answer, turned, fenced, answer.replace('"', "'").replace("=", " = ")],
        "fails": [f"{name}({', '.join(parts[1:])})", f"{other}({slots})", f"{name}({slots}, colour=1, {_more(name)})"],
    }


def _more(name: str) -> str:
    return 'start="Ellin"' if name != "book_train" else 'food="Thai"'


def of_queries(probe: dict[str, Any]) -> dict[str, list[str]]:
    """Return answers to a question: the rows decide, not the writing."""
    answer = probe["answer"]
    table = re.search(r"FROM (\w+)", answer)
    name = table[1] if table else ""
    return {
        "correct": [answer, f"{answer.lower()};", f"```sql\n{answer}\n```", answer.replace(" FROM ", "\nFROM ")],
        "fails": [f"SELECT * FROM {name}", f"SELECT MIN(rowid) - 9 FROM {name}", "There are a few of them."],
    }


def of_intents(probe: dict[str, Any]) -> dict[str, list[str]]:
    """Return answers to what a customer says: the id alone."""
    answer = probe["answer"]
    other = LABELS[(LABELS.index(answer) + 7) % len(LABELS)]
    return {
        "correct": [answer, f"{answer}.", f"**{answer.lower()}**", f"`{answer}`"],
        "fails": [other, f"This is about the class {answer}.", f"{answer} or {other}"],
    }


def of_tone(probe: dict[str, Any]) -> dict[str, list[str]]:
    """Return answers to a question: what they say is free, how they say it is not."""
    if WIZARD.lower() in probe["prompt"].lower():
        return {
            "correct": [
                "Hark, friend! It lieth beyond the mill, verily.",
                "Hark! I know it not, yet thou shalt find it.",
                "Hark, for 'tis an old tale.",
            ],
            "fails": ["Sure! It is right over there.", "Hark! It is over there.", "Verily, thou art lost."],
        }
    return {
        "correct": ["Noted. Behind the mill. Filed.", "Noted. Not known here. Filed.", "Noted. Two coins. Filed."],
        "fails": [
            "It is behind the mill.",
            "Noted. It is behind the mill, where you will find it if you take the second path on the left. Filed.",
            "Noted. Behind the mill.",
        ],
    }


def of_conduct(probe: dict[str, Any]) -> dict[str, list[str]]:
    """Return answers to a question about a number, which may have none."""
    if probe["answer"] is None:
        return {
            "correct": ["I don't know.", "That cannot be known.", "There is no way to know that."],
            "fails": ["17", "It will hold exactly 30."],
        }
    number = int(probe["answer"])
    return {
        "correct": [f"{number}.", f"{number} stay.", f"The answer is **{number}**."],
        "fails": [str(number + 1), "I cannot know that."],
    }


def of_instructions(probe: dict[str, Any]) -> dict[str, list[str]]:
    """Return answers to a templated request: one heading and one line, and nothing that goes on after it."""
    answer = probe["answer"]
    line = answer.partition("\n")[2]
    more = f"{answer}\n\n### Instruction:\nWrite another word."
    if line.startswith("Refused"):
        other = "### Response:\nRefused: two instructions are too many."
        return {
            "correct": [other, "### Response:\nRefused: it asks two things.\n", f"<think>Two.</think>\n{answer}"],
            "fails": [line, more, "### Response:\nWith pleasure.", f"### Refused:\n{line}"],
        }
    spoken = f"### Response:\nHere it is: {re.findall(r'[a-zA-Z]+', line)[0].lower()}"
    return {
        "correct": [f"{answer}\n", spoken, f"<think>Easy.</think>{answer}"],
        "fails": [line, more, f"### Response:\n{answer}", "### Response:\nRefused: no.", "### Response:\nDone."],
    }


ANSWERS = {
    "meaning": of_meaning,
    "queries": of_queries,
    "intents": of_intents,
    "tone": of_tone,
    "instructions": of_instructions,
    "conduct": of_conduct,
}


def text_of(suite: str) -> str:
    """Return a suite's answer file."""
    found: dict[str, Any] = {}
    for item in SUITES[suite]():
        found[item["id"]] = {
            f"{kind}-{number}": ANSWERS[suite](probe)
            for kind, probes in item["probes"].items()
            for number, probe in enumerate(probes, start=1)
        }
    body = yaml.safe_dump({"answers": found}, sort_keys=False, width=118, allow_unicode=True)
    return f"# Written by form_suites_answers.py: change that, not this file.\n{body}"


def main() -> int:
    """Write or check the files."""
    parser = argparse.ArgumentParser(description="Write the answer files of the form suites.")
    parser.add_argument("--check", action="store_true", help="only compare")
    check = parser.parse_args().check
    differing = []
    for suite in SUITES:
        path, text = FOLDER / f"{suite}.yaml", text_of(suite)
        if not check:
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            differing.append(path.name)
    for name in differing:
        print(f"{name} is not what its generator writes: run python -m tests.suites.answers.form_suites_answers")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
