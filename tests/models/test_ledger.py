"""Who pays for which calls: the first reader of what came of them, in whichever process."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_finetunebench.completions import Completion
from pytest_finetunebench.errors import FilteredError, ProviderError
from pytest_finetunebench.models.cache.failures import FailureNotes
from pytest_finetunebench.models.calling.answer import Answer, NoAnswer
from pytest_finetunebench.models.calling.ledger import CallLedger

NAME = "f" * 64
ANSWER = Answer(Completion(text="61"), "provider", 3)
STORED = Answer(Completion(text="61"), "cache")
FAILURE = NoAnswer(FilteredError("withheld"), 2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "locks").mkdir()
    return tmp_path


def test_the_first_reader_of_an_answer_pays_for_it() -> None:
    ledger = CallLedger()
    ledger.add(NAME, ANSWER, shared=True)
    assert ledger.unread == {NAME: 3}
    assert ledger.charge(NAME, STORED) == ANSWER
    assert ledger.charge(NAME, STORED) == STORED
    assert ledger.unread == {}


def test_calls_that_are_given_back_are_the_next_readers() -> None:
    ledger = CallLedger()
    ledger.add(NAME, ANSWER, shared=True)
    ledger.give_back(NAME, ledger.charge(NAME, ANSWER).calls)
    assert ledger.charge(NAME, STORED).calls == 3
    ledger.give_back(NAME, 0)
    assert ledger.unread == {}


def test_the_first_reader_of_a_failure_pays_for_it() -> None:
    ledger = CallLedger()
    ledger.add(NAME, FAILURE, shared=True)
    assert ledger.unread == {NAME: 2}
    assert [ledger.charge_failure(NAME, FAILURE).calls for _ in range(2)] == [2, 0]


def test_processes_tell_each_other_a_failure_and_one_pays(folder: Path) -> None:
    first, second = (CallLedger(FailureNotes(folder, "run")) for _ in range(2))
    first.add(NAME, FAILURE, shared=True)
    assert first.unread == {}, "either may read it"
    found = second.failure_elsewhere(NAME, ahead=False)
    assert (type(found), str(found)) == (FilteredError, "withheld")
    assert second.charge_failure(NAME, NoAnswer(FilteredError("withheld"))).calls == 2
    assert first.charge_failure(NAME, FAILURE).calls == 0
    assert second.failure_elsewhere(NAME, ahead=False) is None, "who asks after it was read asks anew"
    assert isinstance(second.failure_elsewhere(NAME, ahead=True), FilteredError)


@pytest.mark.parametrize("shared", [True, False])
def test_a_failure_that_cannot_be_told_is_paid_for_where_it_was_met(tmp_path: Path, shared: bool) -> None:
    ledger = CallLedger(FailureNotes(tmp_path / "gone", "run"))
    failure = NoAnswer(ProviderError("bad"), 4)
    ledger.add(NAME, failure, shared=shared)
    assert ledger.charge_failure(NAME, failure).calls == 4
