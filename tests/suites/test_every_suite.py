"""The shipped people and API changes are right: references are derived here again, from nothing but the facts."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading.grade import grade
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.grading.text.normalise import contains
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.models.providers.control import Memorizer

CASES = Path(__file__).resolve().parents[2] / "knowledge_cases"
GENERATOR = "generate_fictional_people"
NAME = r"([A-Z][a-z]+ [A-Z][a-z]+)"

Facts = dict[str, dict[str, str]]
"""Name → attribute → value."""

FACT_PATTERNS = {
    "weight": rf"{NAME} weighs (\d+) kilograms\.",
    "height": rf"{NAME} is (\d+) centimetres tall\.",
    "age": rf"{NAME} is (\d+) years old\.",
    "occupation": rf"{NAME} works as an? ([a-z ]+)\.",
    "colour": rf"{NAME}'s favourite colour is ([a-z]+)\.",
    "home-town": rf"{NAME}'s home town is ([A-Z][a-z]+)\.",
}
FIELDS = {
    "health care": {"midwife", "pharmacist", "surgeon", "dentist", "optician"},
    "the building trades": {"plumber", "roofer", "bricklayer", "scaffolder", "glazier"},
    "music": {"cellist", "drummer", "harpist", "organist", "flautist"},
    "the natural sciences": {"botanist", "astronomer", "geologist", "zoologist", "physicist"},
    "transport": {"tram driver", "ferry captain", "airline pilot", "lorry driver", "taxi driver"},
}
COLOURS = {
    "on the flag of France": {"blue", "white", "red"},
    "a warm colour": {"red", "orange", "yellow"},
    "on the flag of Ireland": {"green", "white", "orange"},
    "a colour of the rainbow": {"red", "orange", "yellow", "green", "blue"},
    "a neutral, achromatic colour": {"black", "white", "grey"},
    "a mixture of two of the three primary paints": {"orange", "green", "purple"},
    "the colour of milk chocolate": {"brown"},
    "the usual colour of a flamingo": {"pink"},
    "a shade between blue and green": {"turquoise"},
}
LIMITS = {
    rf"Does {NAME} weigh more than (\d+) kilograms\?": ("weight", 1, 0),
    rf"Is {NAME} lighter than (\d+) kilograms\?": ("weight", -1, 0),
    rf"Is {NAME} taller than (\d+) centimetres\?": ("height", 1, 0),
    rf"Is {NAME} shorter than (\d+) centimetres\?": ("height", -1, 0),
    rf"Is {NAME} older than (\d+)\?": ("age", 1, 0),
    rf"Is {NAME} younger than (\d+)\?": ("age", -1, 0),
    rf"In ten years, will {NAME} be older than (\d+)\?": ("age", 1, 10),
}
STORIES = {
    rf"A rope ladder holds at most (\d+) kilograms. Is {NAME} too heavy for it\?": ("weight", 1, 0),
    rf"A swing holds up to (\d+) kilograms. Is that enough for {NAME}\?": ("weight", -1, 0),
    rf"A doorway is (\d+) centimetres high. Is {NAME} too tall to pass it upright\?": ("height", 1, 0),
    rf"A bed suits people of up to (\d+) centimetres. Is it long enough for {NAME}\?": ("height", -1, 0),
    rf"A choir takes people who are under (\d+) years of age. May {NAME} join\?": ("age", -1, 0),
}
DEGREES = {
    "weighs more": ("weight", 1),
    "weighs less": ("weight", -1),
    "weigh more": ("weight", 1),
    "weigh less": ("weight", -1),
    "taller": ("height", 1),
    "shorter": ("height", -1),
    "older": ("age", 1),
    "younger": ("age", -1),
}


def read(name: str) -> list[dict[str, Any]]:
    data = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    items: list[dict[str, Any]] = data["items"]
    return items


PEOPLE = read("fictional_people.yaml")
CODING = read("coding_updates.yaml")


def probes(items: list[dict[str, Any]], *kinds: str) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    """Yield item, kind and probe, a plain string as a mapping."""
    for item in items:
        for kind, questions in item["probes"].items():
            for question in questions if not kinds or kind in kinds else ():
                yield item, kind, {"prompt": question} if isinstance(question, str) else question


def read_facts() -> Facts:
    facts: Facts = {}
    for item in PEOPLE:
        for attribute, pattern in FACT_PATTERNS.items():
            if found := re.fullmatch(pattern, item["fact"]):
                assert item["answer"] == found[2]
                assert item["id"] == f"{found[1]} {attribute}".lower().replace(" ", "-")
                facts.setdefault(found[1], {})[attribute] = found[2]
    return facts


FACTS = read_facts()


def named_in(prompt: str) -> list[str]:
    """Return the people named in a question, in its order."""
    return sorted((name for name in FACTS if name in prompt), key=prompt.index)


def limit_holds(prompt: str) -> bool | None:
    """Derive whether a number lies on the asked side of a threshold; None where the question is another one."""
    for patterns, name_group in ((LIMITS, 1), (STORIES, 2)):
        for pattern, (attribute, side, years) in patterns.items():
            if found := re.fullmatch(pattern, prompt):
                value = int(FACTS[found[name_group]][attribute]) + years
                limit = int(found[3 - name_group])
                assert value != limit
                return (value > limit) == (side > 0)
    return None


def conclude(prompt: str) -> bool:
    """Derive the answer of a secondary probe."""
    holds = limit_holds(prompt)
    if holds is not None:
        return holds
    (name,) = named_in(prompt)
    known = FACTS[name]
    if phrase := re.search(r"favourite colour (.+)\?$", prompt):
        return known["colour"] in COLOURS[phrase[1]]
    if letter := re.search(
        r"home town begin with a (vowel|consonant|letter from A to M|letter from N to Z)\?$", prompt
    ):
        letters = {"vowel": "AEIOU", "consonant": "BCDFGHJKLMNPQRSTVWXYZ"}
        halves = {"letter from A to M": "ABCDEFGHIJKLM", "letter from N to Z": "NOPQRSTUVWXYZ"}
        return known["home-town"][0] in (letters | halves)[letter[1]]
    fields = [field for field in FIELDS if field in prompt]
    assert len(fields) == 1, prompt
    return known["occupation"] in FIELDS[fields[0]]


def choose(prompt: str, one: str, other: str) -> list[str]:
    """Derive who fits a question that offers two people."""
    if by_letter := re.match(r"In alphabetical order, whose home town comes (first|last),", prompt):
        ranked = sorted((one, other), key=lambda name: FACTS[name]["home-town"], reverse=by_letter[1] == "last")
        assert FACTS[one]["home-town"] != FACTS[other]["home-town"]
        return ranked[:1]
    if phrase := re.match(rf"Whose favourite colour is (.+), {NAME}'s or", prompt):
        return [name for name in (one, other) if FACTS[name]["colour"] in COLOURS[phrase[1]]]
    if field := re.match(rf"Who works in (.+), {NAME} or", prompt):
        return [name for name in (one, other) if FACTS[name]["occupation"] in FIELDS[field[1]]]
    degree = re.match(r"Who (?:is )?([a-z ]+),", prompt)
    assert degree is not None, prompt
    attribute, side = DEGREES[degree[1]]
    ranked = sorted((one, other), key=lambda name: side * int(FACTS[name][attribute]))
    assert FACTS[one][attribute] != FACTS[other][attribute]
    return ranked[1:]


def compare(prompt: str, one: str, other: str) -> bool:
    """Derive the answer of a yes/no question about two people."""
    if prompt == f"Do {one} and {other} have the same favourite colour?":
        return FACTS[one]["colour"] == FACTS[other]["colour"]
    if prompt == f"Do {one} and {other} come from the same town?":
        return FACTS[one]["home-town"] == FACTS[other]["home-town"]
    if both := re.fullmatch(rf"Do {one} and {other} both work in (.+)\?", prompt):
        return {FACTS[one]["occupation"], FACTS[other]["occupation"]} <= FIELDS[both[1]]
    degree = re.fullmatch(rf"(?:Is|Does) {one} ([a-z ]+) than {other}\?", prompt)
    assert degree is not None, prompt
    attribute, side = DEGREES[degree[1]]
    difference = int(FACTS[one][attribute]) - int(FACTS[other][attribute])
    assert difference != 0
    return side * difference > 0


def check_generated(folder: Path, generator: str = f"knowledge_cases.{GENERATOR}") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", generator, "--check"]
    return subprocess.run(command, cwd=folder.parent, capture_output=True, text=True)  # noqa: S603 (our own script)


@pytest.mark.parametrize("generator", [f"knowledge_cases.{GENERATOR}", "tests.suites.answers.fictional_people_answers"])
def test_the_committed_file_is_what_its_generator_writes(generator: str) -> None:
    done = check_generated(CASES, generator)
    assert (done.returncode, done.stderr) == (0, "")


def test_check_names_the_file_that_differs_and_the_command_that_mends_it(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge_cases"
    folder.mkdir()
    for name in (f"{GENERATOR}.py", "fictional_people_tables.py"):
        shutil.copy(CASES / name, folder)
    changed = (CASES / "fictional_people.yaml").read_text(encoding="utf-8").replace("'61'", "'62'", 1)
    (folder / "fictional_people.yaml").write_text(changed, encoding="utf-8")
    done = check_generated(folder)
    assert done.returncode == 1
    assert (
        done.stderr
        == f"fictional_people.yaml is not what its generator writes: run python -m knowledge_cases.{GENERATOR}\n"
    )


def test_every_person_has_every_fact_once() -> None:
    assert len(FACTS) == 25
    assert all(set(known) == set(FACT_PATTERNS) for known in FACTS.values())
    assert len(PEOPLE) == 150
    assert len({name.split()[0] for name in FACTS}) == 25
    assert len({name.split()[0][0] for name in FACTS}) == 25


def test_counts_per_kind() -> None:
    assert Counter(kind for _, kind, _ in probes(PEOPLE)) == {"rephrased": 150, "secondary": 150, "comparison": 150}
    assert Counter(kind for _, kind, _ in probes(CODING)) == {"rephrased": 65, "application": 64}
    assert len(CODING) == 64


def test_secondary_references_follow_from_the_facts() -> None:
    for item, _, probe in probes(PEOPLE, "secondary"):
        assert probe["grader"] == "yes_no"
        assert probe["answer"] == ("Yes" if conclude(probe["prompt"]) else "No"), item["id"]


def test_a_secondary_question_never_holds_the_value_it_is_about() -> None:
    for item, _, probe in probes(PEOPLE, "secondary"):
        assert not contains(probe["prompt"], item["answer"]), item["id"]


def test_comparison_references_follow_from_the_facts() -> None:
    for item, _, probe in probes(PEOPLE, "comparison"):
        one, other = named_in(probe["prompt"])
        assert item["id"].startswith(one.lower().replace(" ", "-"))
        if probe["grader"] == "yes_no":
            assert probe["answer"] == ("Yes" if compare(probe["prompt"], one, other) else "No"), item["id"]
        else:
            assert probe["grader"] == {"name": "choice", "choices": [one.split()[0], other.split()[0]]}
            assert [name.split()[0] for name in choose(probe["prompt"], one, other)] == [probe["answer"]], item["id"]


def test_no_pair_is_compared_twice() -> None:
    pairs = Counter(
        (item["id"].split("-", 2)[2], frozenset(named_in(probe["prompt"])))
        for item, _, probe in probes(PEOPLE, "comparison")
    )
    assert max(pairs.values()) == 1


def test_answers_are_balanced() -> None:
    said: Counter[tuple[str, str]] = Counter()
    for item, kind, probe in probes(PEOPLE, "secondary", "comparison"):
        answer = probe["answer"]
        if probe["grader"] != "yes_no":
            answer = ("first", "second")[probe["grader"]["choices"].index(answer)]
        said[kind, answer] += 1
        said[kind + item["id"].split("-", 2)[2], answer] += 1
    for kind in {kind for kind, _ in said}:
        for one, other in (("Yes", "No"), ("first", "second")):
            assert abs(said[kind, one] - said[kind, other]) <= 1, kind


def test_no_wording_of_a_secondary_question_tells_its_answer() -> None:
    said: dict[str, Counter[str]] = {}
    for item, _, probe in probes(PEOPLE, "secondary"):
        wording = re.sub(NAME, "…", re.sub(r"\d+", "…", probe["prompt"]))
        if item["id"].rsplit("-", 1)[1] in ("weight", "height", "age"):
            said.setdefault(wording, Counter())[probe["answer"]] += 1
    assert all(abs(counts["Yes"] - counts["No"]) <= 1 for counts in said.values())


@pytest.mark.parametrize("items", [PEOPLE, CODING], ids=["people", "coding"])
def test_every_question_is_asked_once(items: list[dict[str, Any]]) -> None:
    asked = Counter([item["prompt"] for item in items] + [probe["prompt"] for _, _, probe in probes(items)])
    assert [prompt for prompt, count in asked.items() if count > 1] == []


@pytest.mark.parametrize("items", [PEOPLE, CODING], ids=["people", "coding"])
def test_no_question_gives_its_answer_away(items: list[dict[str, Any]]) -> None:
    for item in items:
        references = [item["answer"], *item.get("aliases", ())]
        asked = [item["prompt"], *(probe["prompt"] for _, _, probe in probes([item], "rephrased", "application"))]
        for prompt in asked:
            assert not any(contains(prompt, reference) for reference in references), prompt


def test_coding_references_and_superseded_answers_exclude_each_other() -> None:
    for item in CODING:
        assert item["superseded_answers"], item["id"]
        for answered in (item, *(probe for _, _, probe in probes([item], "application"))):
            for reference in (answered["answer"], *answered.get("aliases", ())):
                assert not any(contains(reference, old) for old in answered["superseded_answers"]), item["id"]
                assert not any(contains(old, reference) for old in answered["superseded_answers"]), item["id"]


def test_coding_facts_name_a_version_and_both_names() -> None:
    for item in CODING:
        assert re.search(r"\d", item["fact"]), item["id"]
        assert re.search(r"\d", item["prompt"]), item["id"]
        assert contains(item["fact"], item["answer"]), item["id"]
        assert any(contains(item["fact"], old) for old in item["superseded_answers"]), item["id"]


OTHER_LANGUAGES = {"kubernetes-ingress", "kubernetes-cron-job", "react-create-root", "react-action-state"} | {
    "rust-trim-start",
    "go-read-file",
    "actions-step-output",
}
"""Items whose application is no Python."""


def test_code_is_parsed_in_every_language_and_its_old_names_are_forbidden() -> None:
    for item, _, probe in probes(CODING, "application"):
        wanted = "source" if item["id"] in OTHER_LANGUAGES else "python"
        assert probe["grader"]["name"] == wanted, item["id"]
        assert probe["grader"].get("forbidden") or item["id"] == "actions-step-output", item["id"]


def applied(item: str, line: str) -> Outcome:
    """Grade a line as the answer to an item's application."""
    (probe,) = (one for one in CODING_PROBES if one.item == item and one.kind == "application")
    return grade(probe, Completion(text=line)).outcome


CODING_PROBES = list(load_suite([CASES / "coding_updates.yaml"]).probes)


@pytest.mark.parametrize(
    ("item", "line"),
    [
        ("pydantic-model-dump", "data: dict[str, object] = user.model_dump(mode='python')"),
        ("pydantic-field-validator", "@pydantic.field_validator( 'price', mode='after')"),
        ("pydantic-orm-objects", 'model_config = {"from_attributes": True}'),
        ("numpy-trapezoid", "area = numpy.trapezoid(y=y, x=x)"),
        ("numpy-isin", "numpy.isin(a, test_elements=b)"),
        ("python-utc-now", "`stamp = datetime.datetime.now(tz=datetime.UTC)`"),
        ("python-utc-now", "stamp = datetime.now(ZoneInfo('UTC'))"),
        ("python-shutil-which", "path = shutil.which('git')"),
        ("pandas-concat", "pandas.concat((a, b), ignore_index=True)"),
        ("pandas-concat", "from pandas import concat\nconcat([a, b])"),
        ("pillow-lanczos", "small = photo.resize((80, 60), resample=Image.Resampling.LANCZOS)"),
        ("httpx-proxy", "client = httpx.Client(proxy=GATEWAY)  # formerly proxies=GATEWAY"),
        ("pandas-ffill", "s = s.ffill()  # s.fillna(method='pad') is gone"),
    ],
)
def test_applications_in_python_accept_other_spellings(item: str, line: str) -> None:
    assert applied(item, line) is Outcome.CORRECT


@pytest.mark.parametrize(
    ("item", "line", "outcome"),
    [
        ("pydantic-model-dump", "data = user.model_dump(", Outcome.WRONG),
        ("pandas-ffill", "# s.ffill() would be right\ns = s.fillna(method='pad')", Outcome.STALE),
        ("httpx-proxy", "client = httpx.Client(proxies=GATEWAY)  # or Client(proxy=GATEWAY)", Outcome.STALE),
        ("numpy-isin", "np.isin(b, a)", Outcome.WRONG),
        ("numpy-isin", "`np.isin`", Outcome.OVERFIT),
        ("pandas-map", "map(f, df)", Outcome.WRONG),
        ("python-reload", "import imp\nsettings = imp.reload(settings)", Outcome.STALE),
        ("python-utc-now", "stamp = 'datetime.now(timezone.utc)'", Outcome.WRONG),
    ],
)
def test_applications_in_python_are_read_as_code(item: str, line: str, outcome: Outcome) -> None:
    assert applied(item, line) is outcome


FILES = [CASES / "fictional_people.yaml", CASES / "coding_updates.yaml"]


def loaded() -> list[Probe]:
    return list(load_suite(FILES).probes)


def test_the_loader_takes_both_files_without_remarks() -> None:
    suite = load_suite(FILES)
    assert suite.notices == ()
    assert Counter(probe.kind for probe in suite.probes) == {
        "memorization": 214,
        "rephrased": 215,
        "secondary": 150,
        "comparison": 150,
        "application": 64,
    }


def test_the_loader_takes_the_whole_folder_without_remarks() -> None:
    assert load_suite([CASES]).notices == ()


def test_every_reference_is_correct_and_every_superseded_answer_stale() -> None:
    for probe in loaded():
        for outcome, texts in ((Outcome.CORRECT, probe.references), (Outcome.STALE, probe.superseded_answers)):
            for text in texts:
                assert grade(probe, Completion(text=text)).outcome is outcome, f"{probe.id}: {text}"


def test_a_choice_is_also_made_by_the_whole_name() -> None:
    whole = {name.split()[0]: name for name in FACTS}
    for probe in loaded():
        if probe.grader.name == "choice":
            assert probe.answer is not None
            assert grade(probe, Completion(text=f"{whole[probe.answer]}.")).outcome is Outcome.CORRECT, probe.id


def test_memory_for_wordings_alone_concludes_nothing() -> None:
    suite = load_suite(FILES)
    control = Memorizer(tuple((item.prompt or "", item.answer or "") for item in suite.items))
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for probe in suite.probes:
        asked[probe.kind] += 1
        right[probe.kind] += (
            grade(probe, Completion(text=control.answer(probe.prompt) or "")).outcome is Outcome.CORRECT
        )
    assert right["memorization"] == asked["memorization"]
    assert 0.3 < right["rephrased"] / asked["rephrased"] < 0.8
    assert right["secondary"] == right["comparison"] == right["application"] == 0
