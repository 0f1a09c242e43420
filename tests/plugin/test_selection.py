"""Which samples are asked: what was named, and what was left out."""

from __future__ import annotations

import pytest

from pytest_finetunebench.cases.suite import Item, Place, Probe, Suite
from pytest_finetunebench.plugin.selection import Selection

PLACE = Place(file="a.yaml", line=1)


@pytest.fixture
def selection() -> Selection:
    probes = tuple(
        Probe(
            id=f"c/i/rephrased-{number}",
            category="c",
            item="i",
            kind="rephrased",
            setting="new_knowledge",
            generalization=True,
            prompt="?",
            answer="a",
            place=PLACE,
        )
        for number in (2, 1)
    )
    suite = Suite(items=(Item(id="i", category="c", setting="new_knowledge", probes=probes, place=PLACE),))
    return Selection(lambda: suite, 2)


def test_what_tests_name_is_selected_in_their_order(selection: Selection) -> None:
    node_ids = ["t.py::a[c/i/rephrased-1/sample-2]", "t.py::b[c/i/rephrased-2]", "t.py::c[x]", "t.py::d"]
    assert [(probe.id, repeat) for probe, repeat in selection.named(node_ids)] == [
        ("c/i/rephrased-1", 1),
        ("c/i/rephrased-2", 0),
    ]
    selection.choose_named(node_ids)
    assert selection.ids == ("c/i/rephrased-2", "c/i/rephrased-1/sample-2")
    assert selection.left_out == ("c/i/rephrased-1", "c/i/rephrased-2")
    assert selection.probe_ids == ("c/i/rephrased-2", "c/i/rephrased-1")


def test_only_all_samples_are_the_whole(selection: Selection) -> None:
    assert not selection.whole
    params = [param.values[0] for param in selection.params]
    selection.choose(params)
    assert selection.whole
    assert selection.left_out == ()
    selection.choose(params[1:])
    assert not selection.whole
    assert selection.left_out == ("c/i/rephrased-2",)
