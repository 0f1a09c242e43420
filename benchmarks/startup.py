"""What the inactive plugin adds to a pytest start: `pytest --co` of an empty folder, with it and without it.

Prints the ratio of processor times. Both commands take turns, and each is as often the first of a round; of each the
lower quartile counts, as other work on the machine only ever adds to a time.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile

NEIGHBOURS = ("asyncio", "randomly", "rerunfailures", "pytest_cov", "hypothesispytest", "anyio", "xdist")
WITHOUT_NEIGHBOURS = [option for name in NEIGHBOURS for option in ("-p", f"no:{name}")]
"""Other plugins of a development environment would only make the ratio look smaller."""


def seconds(folder: str, *options: str) -> float:
    """Return the processor time of one pytest start."""
    command = [sys.executable, "-m", "pytest", "--co", "-q", *WITHOUT_NEIGHBOURS, *options]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    quiet = subprocess.DEVNULL
    subprocess.run(command, cwd=folder, stdout=quiet, stderr=quiet, check=False)  # noqa: S603 - our own command
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    took: dict[str, list[float]] = {"with": [], "without": []}
    options = {"with": [], "without": ["-p", "no:finetunebench"]}
    with tempfile.TemporaryDirectory() as folder:
        seconds(folder)
        for number in range(rounds):
            for name in list(took) if number % 2 else reversed(took):
                took[name].append(seconds(folder, *options[name]))
    with_plugin, without = (statistics.quantiles(times, n=4)[0] for times in took.values())
    print(
        f"{rounds} rounds: {with_plugin:.3f} s with the plugin, {without:.3f} s without, "
        f"ratio {with_plugin / without:.3f}"
    )


if __name__ == "__main__":
    main()
