"""How much memory a model may take, and which failures are for want of it."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from pytest_finetunebench.errors import ProviderError
from pytest_finetunebench.models.local import libraries
from pytest_finetunebench.models.local.memory import free_memory, is_memory_error

GIB = 2**30


def write(root: Path, **files: object) -> tuple[Path, Path]:
    """Write files of /proc and /sys/fs/cgroup, `__` for a slash, and return the two folders."""
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", encoding="ascii")
    return root / "proc", root / "cgroup"


MACHINE = {"proc__meminfo": f"MemTotal: {64 * 2**20} kB\nMemAvailable: {32 * 2**20} kB"}


def test_without_a_limit_the_machine_s_memory_is_free(tmp_path: Path) -> None:
    assert free_memory(*write(tmp_path, **MACHINE)) == 32 * GIB


def test_a_container_s_limit_counts_and_cached_files_do_not(tmp_path: Path) -> None:
    group = {
        "proc__self__cgroup": "0::/",
        "cgroup__memory.max": 4 * GIB,
        "cgroup__memory.current": 3 * GIB,
        "cgroup__memory.stat": f"anon 5\ninactive_file {GIB}\nactive_file {GIB // 2}",
    }
    assert free_memory(*write(tmp_path, **MACHINE, **group)) == 2.5 * GIB


def test_the_tightest_of_nested_groups_counts(tmp_path: Path) -> None:
    group = {
        "proc__self__cgroup": "0::/outer/inner",
        "cgroup__outer__inner__memory.max": "max",
        "cgroup__outer__inner__memory.current": GIB,
        "cgroup__outer__inner__memory.stat": "",
        "cgroup__outer__memory.max": 2 * GIB,
        "cgroup__outer__memory.current": 3 * GIB,
        "cgroup__outer__memory.stat": "",
    }
    assert free_memory(*write(tmp_path, **MACHINE, **group)) == 0


def test_groups_of_the_first_version_count_where_the_path_is_the_host_s(tmp_path: Path) -> None:
    group = {
        "proc__self__cgroup": "9:name=systemd:/docker/ab\n4:memory:/docker/ab\n1:cpu,cpuacct:/docker/ab\n0::/",
        "cgroup__memory__memory.limit_in_bytes": GIB,
        "cgroup__memory__memory.usage_in_bytes": GIB // 2,
        "cgroup__memory__memory.stat": f"inactive_file 1\ntotal_inactive_file {GIB // 4}\ntotal_active_file 0",
    }
    assert free_memory(*write(tmp_path, **MACHINE, **group)) == 0.75 * GIB


@pytest.mark.parametrize("text", ["", "0::", "nonsense", "4:memory:/x"])
def test_a_system_that_does_not_tell_is_no_failure(tmp_path: Path, text: str) -> None:
    assert free_memory(*write(tmp_path, proc__self__cgroup=text)) is None


class OutOfMemoryError(RuntimeError):
    """As torch names its own, whatever it says."""


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OutOfMemoryError("no words"),
        RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 7.79 GiB"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError("HIP error: hipErrorOutOfMemory"),
        RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB, other allocations: 1.00 GB, max: 9.07 GB)"),
        RuntimeError("Invalid buffer size: 20.00 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory: you tried to"),
        RuntimeError("std::bad_alloc"),
        ValueError("Unable to allocate 1.00 GiB for an array with shape (2, 2)"),
        OSError(12, "Cannot allocate memory"),
        ImportError("libtorch_cpu.so: failed to map segment from shared object"),
    ],
    ids=lambda error: str(error)[:40] or type(error).__name__,
)
def test_want_of_memory_is_told_from_its_words(error: BaseException) -> None:
    assert is_memory_error(error)


@pytest.mark.parametrize(
    "words",
    [
        "Expected all tensors to be on the same device, but one is allocated on cpu",
        "CUDA error: device-side assert triggered",
        "The size of tensor a (3) must match the size of tensor b (4)",
    ],
)
def test_other_failures_are_not_for_want_of_memory(words: str) -> None:
    assert not is_memory_error(RuntimeError(words))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("libtorch_cpu.so: failed to map segment from shared object", "hf: too little memory to load torch: free some"),
        ("libcudart.so.12: cannot open shared object file", "hf: torch cannot be loaded: libcudart.so.12: cannot open"),
    ],
)
def test_a_library_that_cannot_be_loaded_is_told_in_a_line(
    monkeypatch: pytest.MonkeyPatch, words: str, told: str
) -> None:
    def fail(name: str) -> None:
        raise ImportError(words)

    monkeypatch.setattr(importlib, "import_module", fail)
    with pytest.raises(ProviderError) as caught:
        libraries.torch()
    assert str(caught.value).startswith(told)
    assert caught.value.hopeless
    assert not caught.value.sent
