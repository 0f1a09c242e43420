"""Check a record against its suite's list of probes: nothing cut out, nothing twice, and what shards still lack."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from pytest_finetunebench.errors import counted
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.results import sample_id

_SHOWN = 3


def seal_of(suite_hash: str | None, probes: Iterable[str]) -> str:
    """Return the SHA-256 (64 hex digits) of a suite's hash and of the ids of its probes."""
    return hashlib.sha256("\n".join([suite_hash or "", *sorted(probes)]).encode()).hexdigest()


def damage_of(record: RunRecord) -> str | None:
    """Say what was cut out of a record, or is in it twice; None for a sound one.

    Records of older versions hold no list of probes: then only samples can be checked.
    """
    if record.seal is not None and record.seal != seal_of(record.suite_hash, record.probes):
        return "probes: is not the list of probes of the suite that was run: lines were cut or changed"
    unmarked = [result.sample_id for result in record.found_hard if not result.found_hard]
    if unmarked:
        return f"found_hard: holds {named(unmarked)}, which is not marked so"
    samples = Counter(result.sample_id for result in record.all_results)
    twice = [name for name, count in samples.items() if count > 1]
    if twice:
        return f"results: twice {named(twice)}"
    known = {result.id for result in record.all_results} | set(record.not_selected)
    lost = set(record.not_run)
    cut = [name for name in record.probes if name not in known and not lost & set(_samples(name, record.repeat))]
    if cut:
        return f"results: lacks {named(cut)} of its suite's {counted(len(record.probes), 'probe')}"
    left_out = set(record.not_selected) | lost
    asked = dict.fromkeys(result.id for result in record.all_results if result.id not in left_out)
    wanted = chain.from_iterable(_samples(probe, record.repeat) for probe in asked)
    short = [name for name in wanted if name not in samples and name not in lost]
    return f"results: lacks {named(short)}" if record.probes and short else None


def missing_of(record: RunRecord) -> list[str]:
    """Return the probes of the suite, or their samples, without a result."""
    return sorted({*record.not_selected, *record.not_run})


def named(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _samples(probe: str, repeat: int) -> Iterable[str]:
    return [sample_id(probe, index) for index in range(repeat)]
