"""Files that are replaced whole, or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from pytest_finetunebench.files.atomic import replacing


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_file_is_in_its_place_when_the_body_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text("old")
    with replacing(path) as file:
        file.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_after_a_fault_the_old_file_stands_and_nothing_is_left(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text("old")

    def write() -> None:
        with replacing(path) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="permissions are POSIX")
def test_permissions(tmp_path: Path) -> None:
    plain, private, like, usual = (tmp_path / name for name in ("plain", "private", "like", "usual"))
    usual.touch()
    with replacing(plain) as file:
        file.write(b"x")
    assert mode(plain) == mode(usual)
    with replacing(private, private=True) as file:
        file.write(b"x")
    assert mode(private) == 0o600
    usual.chmod(0o640)
    with replacing(like, like=usual) as file:
        file.write(b"x")
    assert mode(like) == 0o640
