"""Memory: how much is free for a model, and whether a failure is for want of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_SIGNS = re.compile(
    r"out ?of ?memory|not enough memory|can(?:no|')t allocate|(?:unable|failed) to allocate|bad_?alloc|"
    r"alloc(?:ation)?[_ ]failed|memory ?allocation|failed to map|insufficient memory|invalid buffer size",
    re.IGNORECASE,
)
"""How the system, C++, CUDA, cuBLAS, HIP, Apple's MPS, numpy and the loader of libraries say it."""
_CGROUPS = Path("/sys/fs/cgroup")
_PROC = Path("/proc")
_V2 = ("memory.max", "memory.current")
_V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes")


def is_memory_error(error: BaseException) -> bool:
    """Whether a failure is for want of memory."""
    named = isinstance(error, MemoryError) or "OutOfMemory" in type(error).__name__
    return named or _SIGNS.search(str(error)) is not None


def free_memory(proc: Path = _PROC, cgroups: Path = _CGROUPS) -> int | None:
    """Return the bytes of memory that this process may still take, or None where the system does not tell.

    In a container its limit counts: the machine has more, and the kernel kills whoever goes beyond.
    """
    found = [_available(proc), *_left_in_groups(proc, cgroups)]
    return min((one for one in found if one is not None), default=None)


def _available(proc: Path) -> int | None:
    try:
        lines = (proc / "meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, StopIteration):
        return None


def _left_in_groups(proc: Path, cgroups: Path) -> Iterator[int | None]:
    """Yield what each control group of this process leaves, the outer ones included: the tightest counts."""
    try:
        lines = (proc / "self/cgroup").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return
    for line in lines:
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        if controllers == "":
            yield from (_left(folder, *_V2) for folder in _upwards(cgroups, path))
        elif "memory" in controllers.split(","):
            yield from (_left(folder, *_V1) for folder in _upwards(cgroups / "memory", path))


def _upwards(root: Path, path: str) -> Iterator[Path]:
    """Yield a group's folder and those around it. In a container the path may be the host's: only the root is there."""
    folder = root / path.strip("/")
    yield folder
    while folder != root:
        folder = folder.parent
        yield folder


def _left(folder: Path, limit: str, used: str) -> int | None:
    """Return a group's limit less what it has in use; None where it has no limit. Cached files can be given up."""
    try:
        most = int((folder / limit).read_text(encoding="ascii"))
        taken = int((folder / used).read_text(encoding="ascii"))
        told = (folder / "memory.stat").read_text(encoding="ascii").splitlines()
        stat = dict(line.split(" ", 1) for line in told if " " in line)
        cached = sum(int(stat.get(f"total_{name}", stat.get(name, 0))) for name in ("inactive_file", "active_file"))
    except (OSError, ValueError):
        return None
    return max(0, most - max(0, taken - cached))
