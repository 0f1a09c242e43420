"""The shipped suites of updates: sources, references, and what their graders make of answers in other words."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading.grade import grade
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.grading.text.normalise import contains, words
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.loaders.lint import find_doubts
from pytest_finetunebench.models.providers.control import Memorizer
from tests.support.answer_files import read_answers

ROOT = Path(__file__).resolve().parents[2]
MEDICAL = ROOT / "knowledge_cases" / "medical.yaml"
CODING = ROOT / "knowledge_cases" / "coding_updates.yaml"
SOURCE = re.compile(r"^  # Source: (?P<title>.+); (?P<body>[^;]+); (?P<year>\d{4})\n  - id: (?P<id>\S+)$", re.MULTILINE)

OFFERING = {"sepsis-fluid"}
"""Items whose vignette offers the answers to choose from: such a question holds the right one."""

Source = tuple[str, str, str]
"""Title, body and year."""


def sources(file: Path) -> dict[str, Source]:
    """Read the comment above each item."""
    found = SOURCE.finditer(file.read_text(encoding="utf-8"))
    return {match["id"]: (match["title"], match["body"], match["year"]) for match in found}


def items(file: Path) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))["items"]
    return read


def probes(file: Path) -> list[Probe]:
    return list(load_suite([file]).probes)


def outcome(probe: Probe, text: str) -> Outcome:
    return grade(probe, Completion(text=text)).outcome


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        (MEDICAL, {"memorization": 106, "rephrased": 106, "vignette": 106}),
        (CODING, {"memorization": 64, "rephrased": 65, "application": 64}),
    ],
    ids=["medical", "coding"],
)
def test_counts_per_kind(file: Path, counts: dict[str, int]) -> None:
    assert Counter(probe.kind for probe in probes(file)) == counts


@pytest.mark.parametrize("file", [MEDICAL, CODING], ids=["medical", "coding"])
def test_no_doubt_about_the_file(file: Path) -> None:
    suite = load_suite([file])
    assert suite.notices == ()
    assert [str(doubt) for doubt in find_doubts(suite)] == []


@pytest.mark.parametrize("file", [MEDICAL, CODING], ids=["medical", "coding"])
def test_every_item_has_its_source_above_it_and_is_an_update(file: Path) -> None:
    assert list(sources(file)) == [item["id"] for item in items(file)]
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["setting"] == "updated_knowledge"
    assert all(probe.superseded_answers for probe in probes(file))


def test_body_and_year_stand_in_each_medical_fact_and_question() -> None:
    known = sources(MEDICAL)
    for probe in probes(MEDICAL):
        _, body, year = known[probe.item]
        for text in (probe.fact or "", probe.prompt):
            assert body in text, f"{probe.id}: {body}"
            assert re.search(rf"\b{year}\b", text), f"{probe.id}: {year}"


def test_medical_facts_tell_what_was_superseded() -> None:
    for item in items(MEDICAL):
        if item["answer"] not in ("Yes", "No"):
            old = {word for answer in item["superseded_answers"] for word in words(answer)}
            assert old & set(words(item["fact"])), item["id"]


@pytest.mark.parametrize("file", [MEDICAL, CODING], ids=["medical", "coding"])
def test_references_are_correct_and_superseded_answers_stale(file: Path) -> None:
    for probe in probes(file):
        for text in probe.references:
            assert outcome(probe, text) is Outcome.CORRECT, f"{probe.id}: {text}"
        for text in probe.superseded_answers:
            assert outcome(probe, text) is Outcome.STALE, f"{probe.id}: {text}"


def test_no_answer_to_another_item_is_correct_by_chance() -> None:
    suite = load_suite([MEDICAL])
    rows = read_answers(Path(__file__).with_name("answers") / "medical.yaml", suite).rows
    said = {probe.item: rows[probe.id][0].text for probe in suite.probes if probe.kind == "memorization"}
    asked = [probe for probe in suite.probes if probe.kind == "memorization" and probe.answer not in ("Yes", "No")]
    every = list(said.items())
    # a third of the pairs shows the rate as well
    others = [
        (asking, text) for at, asking in enumerate(asked) for item, text in every[at % 3 :: 3] if item != asking.item
    ]
    assert sum(outcome(asking, text) is Outcome.CORRECT for asking, text in others) / len(others) < 0.03


@pytest.mark.parametrize("file", [MEDICAL, CODING], ids=["medical", "coding"])
def test_the_trained_answer_solves_no_vignette_and_no_application(file: Path) -> None:
    for probe in probes(file):
        if probe.kind in ("vignette", "application"):
            assert probe.trained_answer is not None
            assert outcome(probe, probe.trained_answer) is not Outcome.CORRECT, probe.id


def test_no_medical_question_gives_its_answer_away() -> None:
    for probe in probes(MEDICAL):
        if probe.item in OFFERING:
            continue
        assert not any(contains(probe.prompt, reference) for reference in probe.references), probe.id
        if probe.answer not in ("Yes", "No"):
            assert outcome(probe, probe.prompt) is not Outcome.CORRECT, probe.id


def test_yes_and_no_are_right_equally_often() -> None:
    said = Counter(probe.answer for probe in probes(MEDICAL) if probe.answer in ("Yes", "No"))
    assert said == {"Yes": 5, "No": 5}


def test_memory_for_wordings_alone_solves_no_vignette() -> None:
    suite = load_suite([MEDICAL])
    control = Memorizer(suite.trained)
    right = Counter(
        probe.kind for probe in suite.probes if outcome(probe, control.answer(probe.prompt) or "") is Outcome.CORRECT
    )
    assert right["memorization"] == 106
    assert right["vignette"] == 0


@pytest.mark.parametrize(
    ("item", "line"),
    [
        ("python-reload", "from importlib import reload; settings = reload(settings)"),
        ("python-signature", "spec = inspect.getfullargspec(handler)"),
        ("python-mapping-abc", "from collections.abc import Mapping, Sequence"),
        ("pydantic-json-schema", "described = User.model_json_schema(by_alias=True)"),
        ("pydantic-field-pattern", "code: str = Field(..., pattern=CODE)"),
        ("numpy-float64", "x = np.zeros(3, dtype='float64')"),
        ("numpy-float64", "x = np.zeros(3, dtype=float)"),
        ("pandas-bad-lines", "df = pd.read_csv(path, sep=',', on_bad_lines='warn')"),
        ("sqlalchemy-declarative-base", "from sqlalchemy.orm import DeclarativeBase"),
        ("django-re-path", 're_path(r"^cart/$", cart, name="cart"),'),
        ("django-check-constraint", "models.CheckConstraint(name='paid', condition=models.Q(price__gt=0))"),
        ("sklearn-root-mean-squared-error", "rmse = metrics.root_mean_squared_error(y_true=y, y_pred=guess)"),
        ("matplotlib-colormaps", 'shades = plt.get_cmap("viridis")'),
        ("selenium-find-element", 'box = driver.find_element("id", "login")'),
        ("selenium-find-element", "box = driver.find_element(By.CSS_SELECTOR, '#login')"),
        ("openai-rate-limit-error", "except RateLimitError as error:"),
        ("google-genai-generate", "reply = client.models.generate_content(contents=[text], model=name)"),
        ("torch-eigh", "values, vectors = torch.linalg.eigh(a, UPLO='U')"),
        ("kubernetes-ingress", "```yaml\napiVersion: networking.k8s.io/v1\n```"),
        ("react-create-root", "ReactDOM.createRoot(box).render(<App/>);"),
        ("actions-step-output", "echo tag=${TAG} >> $GITHUB_OUTPUT"),
    ],
)
def test_applications_accept_other_spellings(item: str, line: str) -> None:
    (probe,) = (probe for probe in probes(CODING) if probe.item == item and probe.kind == "application")
    assert outcome(probe, line) is Outcome.CORRECT


@pytest.mark.parametrize(
    ("item", "line"),
    [
        ("python-reload", "settings = imp.reload(settings)"),
        ("numpy-float64", "x = np.zeros(3, dtype=np.float_)"),
        ("numpy-prod", "count = np.product(a.shape)"),
        ("pandas-items", "for name, values in df.iteritems():"),
        ("sklearn-feature-names", "labels = encoder.get_feature_names()"),
        ("httpx-proxy", "client = httpx.Client(proxies=GATEWAY)"),
        ("kubernetes-ingress", "apiVersion: networking.k8s.io/v1beta1"),
        ("kubernetes-cron-job", "apiVersion: batch/v1beta1"),
        ("react-create-root", "ReactDOM.render(<App />, box)"),
        ("google-genai-generate", "reply = genai.GenerativeModel(name).generate_content(text)"),
    ],
)
def test_applications_call_the_old_line_stale(item: str, line: str) -> None:
    (probe,) = (probe for probe in probes(CODING) if probe.item == item and probe.kind == "application")
    assert outcome(probe, line) is Outcome.STALE
