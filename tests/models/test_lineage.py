"""Where a model comes from: stored, found by its id, and never another's."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.errors import RunError
from pytest_finetunebench.models.lineage import (
    FOLDER,
    TRAINED_BY_US,
    Lineage,
    find_lineage,
    lineage_beside,
    store_lineage,
)

IDS = [
    "ft:gpt-4o-mini-2024-07-18:acme::Ab12",
    "ft:gpt-4o-mini-2024-07-18:acme::aB12",
    "projects/p/locations/l/endpoints/1",
]


def lineage(model: str = IDS[0], **parts: object) -> Lineage:
    fields = {"model": model, "provider": "openai", "base_model": "gpt-4o-mini-2024-07-18", "job": "ftjob-1"}
    rest = {"training_file": "train.jsonl", "training_sha256": "1a2b" * 16, "created": "2026-11-21T03:11:49+00:00"}
    return Lineage.model_validate(fields | rest | parts)


def test_each_model_has_a_file_of_its_own(tmp_path: Path) -> None:
    paths = {store_lineage(tmp_path, lineage(model, seed=number)) for number, model in enumerate(IDS)}
    assert len({path.name.lower() for path in paths}) == len(IDS)
    assert {path.parent for path in paths} == {tmp_path / FOLDER}
    for number, model in enumerate(IDS):
        assert find_lineage([tmp_path / "none", tmp_path], model) == lineage(model, seed=number)
    assert find_lineage([tmp_path], "ft:other") is None


@given(st.text(min_size=1), st.dictionaries(st.text(), st.integers() | st.floats(allow_nan=False) | st.text()))
def test_whatever_is_stored_is_found(model: str, hyperparameters: dict[str, str | int | float]) -> None:
    made = lineage(model, hyperparameters=hyperparameters, shutdown=datetime.date(2027, 1, 14), suite_hash="9f" * 32)
    with tempfile.TemporaryDirectory() as folder:
        store_lineage(Path(folder), made)
        assert find_lineage([Path(folder)], model) == made


def test_a_later_training_of_the_same_name_counts(tmp_path: Path) -> None:
    store_lineage(tmp_path, lineage(seed=1))
    store_lineage(tmp_path, lineage(seed=2))
    assert find_lineage([tmp_path], IDS[0]) == lineage(seed=2)
    assert len(list((tmp_path / FOLDER).iterdir())) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is damaged: not JSON"),
        ("[]", "is damaged"),
        ('{"model": "m"}', "is damaged: provider: Field required"),
        (lineage("other").model_dump_json(), "is about the model other: its name is that of ft:gpt-4o-mini"),
        (lineage(training_sha256=None).model_dump_json().replace("null", '"xyz"', 1), "is damaged: training_sha256: "),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = store_lineage(tmp_path, lineage())
    path.write_text(text)
    with pytest.raises(RunError) as caught:
        find_lineage([tmp_path], IDS[0])
    assert path.name in str(caught.value)
    assert message in str(caught.value)


def test_the_file_beside_an_adapter(tmp_path: Path) -> None:
    adapter = tmp_path / "a+b"
    adapter.mkdir()
    model = f"./base+{adapter}"
    assert lineage_beside(model) is None
    told = adapter / TRAINED_BY_US
    told.write_text(f'{{"base_shape": {{}}, "lineage": {lineage(model).model_dump_json()}}}')
    assert lineage_beside(model) == lineage(model)
    told.write_text('{"lineage": 7}')
    with pytest.raises(RunError, match=r"finetunebench\.json: is damaged: lineage: "):
        lineage_beside(model)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file")
    with pytest.raises(RunError, match="cannot be written: "):
        store_lineage(tmp_path, lineage())
