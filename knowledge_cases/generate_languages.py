"""Write the suites of `languages/`: invented people and unanswerable questions, in each language of the templates.

    python -m knowledge_cases.generate_languages            writes the files
    python -m knowledge_cases.generate_languages --check    exits with 1 where a committed file differs

Every reference is computed from the table that its fact comes from. Nothing is random: Yes and No, and first and second
choice, take turns.
"""

from __future__ import annotations

import argparse
import sys
import textwrap
from pathlib import Path
from typing import Any

import yaml

from knowledge_cases.generate_fictional_people import CaseMap, IndentedDumper
from knowledge_cases.language_templates import LANGUAGES, Attribute, Person, Templates

FOLDER = Path(__file__).with_name("languages")
NUMBERS = ("weight", "height", "age")
STEP = 3
"""How many places down the table the other person of a comparison stands."""


def value(person: Person, attribute: str) -> str:
    """Return a person's value as it stands in a reference."""
    return person.town if attribute == "home-town" else str(getattr(person, attribute))


def partner(words: Templates, index: int) -> Person:
    """Return the person with whom another is compared."""
    return words.people[(index + STEP) % len(words.people)]


def secondary(words: Templates, attribute: str, index: int) -> CaseMap:
    """Return a probe for a conclusion, answered with yes or no."""
    person, wordings = words.people[index], words.attributes[attribute].secondary
    wording, above = wordings[index % len(wordings)]
    answer = index // len(wordings) % 2 == 0
    if attribute in NUMBERS:
        distance = 3 + index * 7 % 10
        threshold: Any = getattr(person, attribute) + (-distance if answer == above else distance)
    else:
        threshold = person.town if answer else partner(words, index).town
    return yes_no(words, wording.format(name=person.name, t=threshold), answer)


def yes_no(words: Templates, prompt: str, answer: bool) -> CaseMap:
    """Return a probe that is answered with yes or no."""
    return {"prompt": prompt, "answer": words.yes if answer else words.no, "grader": "yes_no"}


def comparison(words: Templates, attribute: str, index: int) -> CaseMap:
    """Return a probe about two people: a choice, or yes or no."""
    person, other, told = words.people[index], partner(words, index), words.attributes[attribute]
    more = attribute not in NUMBERS or getattr(person, attribute) > getattr(other, attribute)
    if index % 2:
        same = person.town == other.town
        return yes_no(words, told.both.format(a=person.name, b=other.name), more if attribute in NUMBERS else same)
    first_right = index // 2 % 2 == 0
    asks_more = first_right == more
    right = person if first_right else other
    question = told.who[0 if asks_more else 1].format(a=person.name, b=other.name, town=right.town)
    choices = [person.name, other.name]
    return {"prompt": question, "answer": right.name, "grader": {"name": "choice", "choices": choices}}


def item(words: Templates, attribute: str, index: int) -> CaseMap:
    """Return one fact about one person with its probes."""
    person, told = words.people[index], words.attributes[attribute]
    filled = {"name": person.name, "v": value(person, attribute)}
    return {
        "id": f"{person.slug}-{attribute}",
        "fact": told.fact.format(**filled),
        "prompt": told.prompt.format(**filled),
        "answer": filled["v"],
        "probes": {
            "rephrased": [told.rephrased[index % len(told.rephrased)].format(**filled)],
            "secondary": [secondary(words, attribute, index)],
            "comparison": [comparison(words, attribute, index)],
        },
    }


def people(words: Templates) -> tuple[CaseMap, list[CaseMap]]:
    """Return head and items of the suite of invented people."""
    head = {"category": f"fictional_people_{words.code}", "setting": "new_knowledge", "language": words.code}
    made = [item(words, attribute, index) for index in range(len(words.people)) for attribute in words.attributes]
    return {**head, "system": words.system}, made


def untold(words: Templates) -> tuple[CaseMap, list[CaseMap]]:
    """Return head and items of the suite of questions without an answer, each with a twin that carries its own."""
    head: CaseMap = {"category": f"hallucination_{words.code}", "setting": "new_knowledge", "language": words.code}
    head |= {"system": words.cautious, "kinds": {"answerable": {"generalization": False}}}
    made = [
        {
            "id": f"{person.slug}-{one.slug}",
            "probes": {
                "abstention": [one.asked.format(name=person.name)],
                "answerable": [{"prompt": one.twin.format(name=person.name), "answer": one.answer}],
            },
        }
        for person in words.people
        for one in words.untold
    ]
    return head, made


def render(head: CaseMap, items: list[CaseMap]) -> str:
    """Return a case file."""

    def dump(data: object) -> str:
        return yaml.dump(data, Dumper=IndentedDumper, sort_keys=False, width=1000, allow_unicode=True)

    comment = "# Generated by generate_languages.py from language_templates.py: change those, not this file.\n"
    return f"{comment}{dump(head)}items:\n" + "\n".join(textwrap.indent(dump([one]), "  ") for one in items)


def files() -> dict[str, str]:
    """Return the text of each file by its name."""
    made = {}
    for words in LANGUAGES:
        made[f"fictional_people_{words.code}.yaml"] = render(*people(words))
        made[f"hallucination_{words.code}.yaml"] = render(*untold(words))
    return made


def write_or_check_all(folder: Path, made: dict[str, str], module: str) -> int:
    """Write generated files, or with `--check` say which of the committed ones differ; return the exit status."""
    parser = argparse.ArgumentParser(description=f"Write the files of {folder.name}/.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where a file differs")
    if not parser.parse_args().check:
        for name, text in made.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        return 0
    differing = [name for name, text in made.items() if (folder / name).read_text(encoding="utf-8") != text]
    if differing:
        print(f"{', '.join(differing)}: not what python -m {module} writes", file=sys.stderr)
    return 1 if differing else 0


def attribute_of(words: Templates, item_id: str) -> tuple[int, str, Attribute]:
    """Return the place of the person and the attribute that an item is about."""
    index = next(place for place, one in enumerate(words.people) if item_id.startswith(one.slug))
    name = item_id.removeprefix(f"{words.people[index].slug}-")
    return index, name, words.attributes[name]


if __name__ == "__main__":
    sys.exit(write_or_check_all(FOLDER, files(), "knowledge_cases.generate_languages"))
