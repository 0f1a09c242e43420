"""What the inactive plugin adds to a pytest start: `pytest --co` of an empty folder, with it and without it.

Prints the ratio of the two medians; both commands take turns in one run, so that a noisy machine slows both alike.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time

NEIGHBOURS = ("asyncio", "randomly", "rerunfailures", "pytest_cov", "hypothesispytest", "anyio", "xdist")
WITHOUT_NEIGHBOURS = [option for name in NEIGHBOURS for option in ("-p", f"no:{name}")]
"""Other plugins of a development environment would only make the ratio look smaller."""


def seconds(folder: str, *options: str) -> float:
    """Return how long one pytest start takes."""
    command = [sys.executable, "-m", "pytest", "--co", "-q", *WITHOUT_NEIGHBOURS, *options]
    start = time.perf_counter()
    quiet = subprocess.DEVNULL
    subprocess.run(command, cwd=folder, stdout=quiet, stderr=quiet, check=False)  # noqa: S603 - our own command
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    with_plugin, without = [], []
    with tempfile.TemporaryDirectory() as folder:
        seconds(folder)
        for _ in range(rounds):
            with_plugin.append(seconds(folder))
            without.append(seconds(folder, "-p", "no:finetunebench"))
    ratio = statistics.median(with_plugin) / statistics.median(without)
    print(
        f"{rounds} rounds: {statistics.median(with_plugin):.3f} s with the plugin, "
        f"{statistics.median(without):.3f} s without, ratio {ratio:.3f}"
    )


if __name__ == "__main__":
    main()
