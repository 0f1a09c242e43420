"""Install torch for `make study` without the GPU libraries, where no GPU is found and the package index allows it.

On Linux the plain wheel brings CUDA. An index with PyTorch's CPU builds marks them by a local version, `2.14.1+cpu`.
Such an index is named in pip's own configuration, or in PIP_EXTRA_INDEX_URL.
"""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sys

CUDA_SIZE = "3.3 GB to download, 6.3 GB on disk"
"""Of torch 2.14.1 for Linux with the libraries that it requires, in November 2026."""
_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")


def has_gpu() -> bool:
    """Whether NVIDIA's driver lists a GPU."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return False
    listed = subprocess.run([tool, "-L"], capture_output=True, text=True, check=False)  # noqa: S603 - found in PATH
    return listed.returncode == 0 and "GPU" in listed.stdout


def cpu_builds() -> list[str]:
    """Return the versions of CPU builds that the index offers, newest first."""
    command = [*_PIP, "index", "versions", "torch"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    return list(dict.fromkeys(re.findall(r"[\w.]+\+cpu\b", listed.stdout)))


def main() -> None:
    """Install a CPU build, or say how much is downloaded."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64") or has_gpu():
        return
    for version in cpu_builds()[:3]:
        # a constraint of the user's may exclude the newest
        command = [*_PIP, "install", "--quiet", f"torch=={version}"]
        if subprocess.run(command, check=False).returncode == 0:  # noqa: S603 - our own command
            print(f"torch {version}: no GPU was found")
            return
    print(f"torch: no GPU was found, but the index offers no CPU build: the one with CUDA is {CUDA_SIZE}.")
    print("  Ctrl-C, and PIP_EXTRA_INDEX_URL=URL of PyTorch's index of CPU builds, saves most of it.", flush=True)


if __name__ == "__main__":
    main()
