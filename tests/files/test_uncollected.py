"""What is spared the garbage collector, and that it is given back."""

from __future__ import annotations

import gc

from pytest_finetunebench.files.uncollected import frozen, uncollected


def test_collection_goes_on_as_it_was() -> None:
    for before in (gc.enable, gc.disable):
        before()
        was = gc.isenabled()
        with uncollected(), uncollected():
            assert not gc.isenabled()
        assert gc.isenabled() == was
    gc.enable()


def test_what_is_frozen_is_given_back_unless_somebody_else_froze_it() -> None:
    gc.unfreeze()
    with frozen():
        assert gc.get_freeze_count()
    assert not gc.get_freeze_count()
    gc.freeze()
    with frozen():
        pass
    assert gc.get_freeze_count()
    gc.unfreeze()
