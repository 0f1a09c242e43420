"""Which process of a run this is, and what a pytest-xdist worker tells its controller.

The only module that reads or writes what pytest-xdist hands over.
"""

from __future__ import annotations

import json
import os
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pytest

_KEY = "finetunebench"
CHANNEL = "finetunebench_channel"
"""Under this name a worker finds the channel over which the controller asks for it."""
PROGRESS = "finetunebench_progress"
"""Under this name a worker finds the channel over which it tells how far it is."""
VARIABLES = "finetunebench_variables"
"""Under this name a worker finds the controller's FT_… variables, where it is on another host."""


@dataclass(frozen=True)
class Process:
    """One process of a run."""

    role: Literal["alone", "controller", "worker"]
    run_id: str
    """The same in all processes of a run."""
    worker: int = 0
    """Which worker this is, from 0. One that replaces a crashed worker takes over its share."""
    workers: int = 1

    @property
    def owns_run(self) -> bool:
        """Whether this process gathers the results, decides and writes."""
        return self.role != "worker"


_PROCESS = pytest.StashKey[Process]()


def this_process(config: pytest.Config) -> Process:
    """Return which process of the run this is."""
    if _PROCESS not in config.stash:
        config.stash[_PROCESS] = _find_process(config)
    return config.stash[_PROCESS]


def _find_process(config: pytest.Config) -> Process:
    worker: dict[str, Any] | None = getattr(config, "workerinput", None)
    if worker is not None:
        count = int(worker["workercount"])
        number = int(worker["workerid"].removeprefix("gw")) % count
        return Process("worker", str(worker["testrunuid"]), number, count)
    distributes = getattr(config.option, "dist", "no") != "no"
    return Process("controller" if distributes else "alone", uuid.uuid4().hex)


def stop_file(run_id: str) -> Path:
    """Return the file by which the controller tells the workers beside it to ask no further."""
    return Path(tempfile.gettempdir()) / f"finetunebench-{run_id}.stop"


def spec_is_elsewhere(spec: Any) -> bool:
    """Whether a worker of this execnet spec may see other folders than its controller."""
    return not spec.popen or bool(spec.chdir or spec.via)


def channel_of(config: pytest.Config) -> Any:
    """Return the channel over which the controller asks for this worker; None where the process asks for itself."""
    return getattr(config, "workerinput", {}).get(CHANNEL)


def progress_channel_of(config: pytest.Config) -> Any:
    """Return the channel over which this process tells its progress; None where it owns the run."""
    return getattr(config, "workerinput", {}).get(PROGRESS)


def take_variables(config: pytest.Config) -> None:
    """Set the controller's FT_… variables in a worker on another host, whose environment lacks them."""
    os.environ.update(getattr(config, "workerinput", {}).get(VARIABLES, {}))


_BASELINES = pytest.StashKey[tuple[str, ...]]()


def set_baselines(config: pytest.Config, refs: Iterable[str]) -> None:
    """Note which baselines of comparison gates were found, in the process that owns the run."""
    config.stash[_BASELINES] = tuple(refs)


def tell_baselines(node: Any) -> None:
    """Hand a worker that begins what the controller found."""
    node.workerinput[_KEY] = json.dumps(found_baselines(node.config))


def found_baselines(config: pytest.Config) -> tuple[str, ...]:
    """Return which baselines of comparison gates were found, in any process of the run."""
    if this_process(config).owns_run:
        return config.stash.get(_BASELINES, ())
    text: str | None = config.workerinput.get(_KEY)  # type: ignore[attr-defined]
    return tuple(json.loads(text)) if text else ()


@dataclass(frozen=True)
class WorkerFacts:
    """What the process that owns the run must know of one that asked."""

    suite_hash: str | None = None
    base_url: str | None = None
    """Where the model was reached; None before anything was asked."""
    notices: tuple[str, ...] = ()
    unread: tuple[tuple[str, int], ...] = ()
    """Calls by fingerprint whose answers no test of the process has read."""
    selected: tuple[str, ...] = ()
    """Ids of the samples that its tests ask."""
    not_selected: tuple[str, ...] = ()
    """Ids of probes of which a sample was left out."""
    probes: tuple[str, ...] = ()
    """Ids of all probes of the suite."""
    arm_notes: tuple[tuple[str, str], ...] = ()
    """What each arm draws from, by its name."""


def join_facts(facts: Iterable[WorkerFacts]) -> WorkerFacts:
    """Return what several processes know together; calls are added up."""
    found = list(facts)
    if len(found) == 1:  # nothing is known twice but a notice
        return replace(found[0], notices=tuple(dict.fromkeys(found[0].notices)))
    unread: Counter[str] = Counter()
    for one in found:
        unread.update(dict(one.unread))
    return WorkerFacts(
        next((one.suite_hash for one in found if one.suite_hash), None),
        next((one.base_url for one in found if one.base_url), None),
        tuple(dict.fromkeys(notice for one in found for notice in one.notices)),
        tuple(unread.items()),
        tuple(dict.fromkeys(name for one in found for name in one.selected)),
        tuple(dict.fromkeys(name for one in found for name in one.not_selected)),
        next((one.probes for one in found if one.probes), ()),
        next((one.arm_notes for one in found if one.arm_notes), ()),
    )


def send_facts(config: pytest.Config, facts: WorkerFacts | None) -> None:
    """Hand a worker's facts to its controller."""
    if facts is not None:
        config.workeroutput[_KEY] = json.dumps(asdict(facts))  # type: ignore[attr-defined]


def received_facts(node: Any) -> WorkerFacts | None:
    """Return what a worker that has ended handed over; None after a crash, or where it asked nothing."""
    text = getattr(node, "workeroutput", {}).get(_KEY)
    if text is None:
        return None
    fields: dict[str, Any] = json.loads(text)
    fields["unread"] = tuple((fingerprint, calls) for fingerprint, calls in fields["unread"])
    fields["arm_notes"] = tuple((name, note) for name, note in fields["arm_notes"])
    for name in ("notices", "selected", "not_selected", "probes"):
        fields[name] = tuple(fields[name])
    return WorkerFacts(**fields)


def run_id_of(node: Any) -> str:
    """Return the id of the run that a worker belonged to."""
    return str(node.workerinput["testrunuid"])
