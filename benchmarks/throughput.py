"""How fast a run is beside what it could be: `python benchmarks/throughput.py [--only NAME …] [--json]`.

Every figure is a ratio of two things measured in one go on a local model server (a process of its own), since machines
are shared and noisy. NAME is one of: concurrent, sequential, workers, faults, cached, growth, python, inactive,
killed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROBES = 1000
LATENCY = 0.2
CONCURRENCY = 64
NOWHERE = "http://127.0.0.1:9/v1"
"""Where no server is: what is not cached fails."""
SEQUENTIAL = 100
"""Calls made one after the other; their time is scaled to PROBES."""
KILLS = 20
PLUGINS = ("randomly", "rerunfailures", "asyncio", "pytest_cov", "hypothesispytest", "anyio")
QUIET = ["-q", "--tb=no", "-rN", "-p", "no:cacheprovider", *(part for name in PLUGINS for part in ("-p", f"no:{name}"))]
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("FT_", "OPENAI_"))},
    "OPENAI_API_KEY": "sk-benchmark",
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPATH": str(ROOT),
}


@dataclass(frozen=True)
class Figure:
    """One row: what was measured, and the bar it has to reach."""

    name: str
    value: str
    bar: str


def main() -> int:
    """Measure, and print a row per figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=tuple(BENCHMARKS), help="measure this alone; repeatable")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures: list[Figure] = []
    for name in options.only or BENCHMARKS:
        for figure in BENCHMARKS[name]():
            figures.append(figure)
            if not options.json:
                print(f"{figure.name:<58} {figure.value:<44} {figure.bar}", flush=True)
    if options.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=2))
    return 0


def concurrent() -> Iterator[Figure]:
    """A run beside a bare asyncio script with the same SDK and concurrency."""
    with project(PROBES) as folder, server() as url:
        bare = timed(lambda: bare_calls(url, PROBES, CONCURRENCY))
        run = run_pytest(folder, url)
        yield Figure(
            f"{PROBES} probes at {LATENCY:g} s: run / bare asyncio script",
            f"{run.seconds:.2f} s / {bare:.2f} s = {run.seconds / bare:.2f}",
            "<= 1.15",
        )


def sequential() -> Iterator[Figure]:
    """A run beside one call after the other."""
    with project(PROBES) as folder, server() as url:
        one_by_one = timed(lambda: bare_calls(url, SEQUENTIAL, 1)) * PROBES / SEQUENTIAL
        run = run_pytest(folder, url)
        yield Figure(
            f"one call after the other (from {SEQUENTIAL}) / run",
            f"{one_by_one:.0f} s / {run.seconds:.2f} s = {one_by_one / run.seconds:.1f}",
            ">= 25",
        )


def workers() -> Iterator[Figure]:
    """Two workers beside none."""
    with project(PROBES) as folder, project(PROBES) as other, server() as url:
        alone = run_pytest(folder, url)
        both = run_pytest(other, url, "-n", "2")
        yield Figure("-n 2: calls made", f"{both.calls:,}", f"{PROBES:,}")
        ratio = both.seconds / alone.seconds
        yield Figure("-n 2 / -n 0", f"{both.seconds:.2f} s / {alone.seconds:.2f} s = {ratio:.2f}", "<= 1.3")


def faults() -> Iterator[Figure]:
    """5% of first tries answered 429 with Retry-After, 2% dropped, 1% answered 500."""
    with project(PROBES) as folder, project(PROBES) as other:
        with server() as url:
            clean = run_pytest(folder, url)
        with server("--faults") as url:
            failing = run_pytest(other, url)
        yield Figure("failing first tries: unmeasured probes", str(failing.unmeasured), "0")
        ratio = failing.seconds / clean.seconds
        yield Figure("failing / clean", f"{failing.seconds:.2f} s / {clean.seconds:.2f} s = {ratio:.2f}", "<= 1.6")


def cached() -> Iterator[Figure]:
    """All answers cached, beside as many bare parametrized tests."""
    count = 10_000
    with project(count) as folder:
        store_answers(folder)
        warm = run_pytest(folder, NOWHERE)
        bare = folder / "bare"
        bare.mkdir()
        test = f"import pytest\n\n@pytest.mark.parametrize('n', range({count}))\ndef test_it(n):\n    assert n >= 0\n"
        (bare / "test_bare.py").write_text(test)
        plain = run_bare(bare)
        silent, _ = run_child(command_for(NOWHERE), folder)
        if warm.calls or warm.unmeasured:
            raise RuntimeError(f"{warm.calls} calls, {warm.unmeasured} unmeasured: the answers were not all stored")
        yield Figure(
            f"{count:,} probes all cached, no report asked / bare tests: time",
            f"{silent:.1f} s / {plain.seconds:.1f} s = {silent / plain.seconds:.2f}",
            "<= 1.55",
        )
        yield Figure(
            f"{count:,} probes all cached, a record / bare tests: time",
            f"{warm.seconds:.1f} s / {plain.seconds:.1f} s = {warm.seconds / plain.seconds:.2f} ({warm.calls} calls)",
            "<= 1.65",
        )
        yield Figure("the same: memory", f"{warm.mb:.0f} / {plain.mb:.0f} MB = {warm.mb / plain.mb:.2f}", "<= 2")


def python() -> Iterator[Figure]:
    """The same run through `evaluate`, from load to record, beside pytest."""
    count = 100_000
    with project(count) as folder:
        store_answers(folder)
        script = (
            "import pytest_finetunebench as ftb; "
            f"run = ftb.evaluate('knowledge_cases', 'openai:m', base_url={NOWHERE!r}); "
            f"assert sum(one.correct for one in run.results) == {count}; "
            "assert not sum(one.calls for one in run.results); run.report('run.json')"
        )
        seconds, _ = run_child([sys.executable, "-c", script], folder)
        tested = run_pytest(folder, NOWHERE)
        ratio = seconds / tested.seconds
        value = f"{seconds:.1f} s / {tested.seconds:.1f} s = {ratio:.2f}"
        yield Figure(f"{count:,} cached probes: evaluate / pytest", value, "<= 0.33")


def growth() -> Iterator[Figure]:
    """How time and memory grow with cached probes."""
    for count in (1_000, 10_000, 100_000):
        with project(count) as folder:
            store_answers(folder)
            warm = run_pytest(folder, NOWHERE)
            if warm.calls or warm.unmeasured:
                raise RuntimeError(f"{warm.calls} calls, {warm.unmeasured} unmeasured: the answers were not all stored")
            per = 1e3 * warm.seconds / count
            value = f"{warm.seconds:.1f} s, {per:.2f} ms a probe, {warm.mb:.0f} MB"
            yield Figure(f"{count:,} cached probes", value, "linear, <= 4 GB")


def inactive() -> Iterator[Figure]:
    """The plugin without a model, beside pytest without the plugin."""
    command = [sys.executable, str(ROOT / "benchmarks" / "startup.py"), "--rounds", "40"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=ENVIRONMENT)  # noqa: S603
    yield Figure("inactive plugin", done.stdout.strip().splitlines()[-1], "<= 1.03")


def killed() -> Iterator[Figure]:
    """kill -9 at random moments: what was received is kept, the next run asks for what is missing."""
    lost: list[int] = []
    in_flight = 0
    for attempt in range(KILLS):
        chance = random.Random(attempt)  # noqa: S311 - no secret
        with project(PROBES) as folder, server() as url:
            running = subprocess.Popen(  # noqa: S603
                command_for(url), cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            time.sleep(chance.uniform(0.8, 3.5))
            running.send_signal(signal.SIGKILL)
            running.wait()
            time.sleep(2 * LATENCY)
            answered = served(url)
            again = run_pytest(folder, url)
            lost.append(served(url) - PROBES)
            in_flight = max(in_flight, lost[-1])
            if again.calls != PROBES - (answered - lost[-1]):
                raise RuntimeError(f"the rerun made {again.calls} calls after {answered} answers")
    yield Figure(
        f"killed {KILLS} times: answers lost, at most",
        f"{max(lost)} (mean {sum(lost) / KILLS:.1f})",
        f"<= {CONCURRENCY}",
    )


BENCHMARKS: dict[str, Callable[[], Iterator[Figure]]] = {
    "concurrent": concurrent,
    "sequential": sequential,
    "workers": workers,
    "faults": faults,
    "cached": cached,
    "growth": growth,
    "python": python,
    "inactive": inactive,
    "killed": killed,
}


@dataclass(frozen=True)
class Run:
    """One pytest run: wall seconds, largest resident memory, and what its record says."""

    seconds: float
    mb: float
    calls: int = 0
    unmeasured: int = 0


def command_for(url: str, *options: str) -> list[str]:
    """Return the command that asks the project's suite."""
    model = ["--ft-model=openai:m", f"--ft-base-url={url}", f"--ft-concurrency={CONCURRENCY}"]
    return [sys.executable, "-m", "pytest", *QUIET, *model, *options, "test_knowledge.py"]


def run_pytest(folder: Path, url: str, *options: str) -> Run:
    """Run the suite once."""
    seconds, mb = run_child([*command_for(url, *options), "--ft-json=run.json"], folder)
    record = json.loads((folder / "run.json").read_text())
    results = record["results"]
    unmeasured = sum(result["outcome"] == "unmeasured" for result in results) + len(record["not_run"])
    return Run(seconds, mb, sum(result["calls"] for result in results), unmeasured)


def run_bare(folder: Path) -> Run:
    """Run tests that do nothing, without the plugin."""
    return Run(*run_child([sys.executable, "-m", "pytest", *QUIET, "-p", "no:finetunebench"], folder))


def run_child(command: list[str], folder: Path) -> tuple[float, float]:
    """Return the wall seconds and megabytes that a command takes."""
    script = (
        "import resource, subprocess, sys, time; start = time.perf_counter(); "
        "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode; "
        "seconds = time.perf_counter() - start; "
        "print(code, seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script, *command],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    code, seconds, kilobytes = done.stdout.split()
    if code not in ("0", "1"):
        raise RuntimeError(f"pytest ended with {code}: {done.stderr[-500:]}")
    return float(seconds), int(kilobytes) / 1024


def timed(work: Callable[[], object]) -> float:
    """Return the wall seconds that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def bare_calls(url: str, count: int, at_once: int) -> None:
    """Make the calls in a process of their own, with the SDK alone."""
    command = [sys.executable, __file__, "--bare", url, str(count), str(at_once)]
    subprocess.run(command, check=True, env=ENVIRONMENT)  # noqa: S603


async def ask_bare(url: str, count: int, at_once: int) -> None:
    """Ask as a script would that knows nothing of tests."""
    from openai import AsyncOpenAI

    client = AsyncOpenAI(base_url=url, api_key="sk-benchmark", max_retries=0)
    slots = asyncio.Semaphore(at_once)

    async def ask(number: int) -> None:
        async with slots:
            await client.chat.completions.create(
                model="m", messages=[{"role": "user", "content": f"Question {number}?"}], temperature=0, max_tokens=100
            )

    await asyncio.gather(*(ask(number) for number in range(count)))
    await client.close()


@contextmanager
def project(count: int) -> Iterator[Path]:
    """Make a folder with a suite of so many probes, all of different questions."""
    with tempfile.TemporaryDirectory(prefix="finetunebench-") as name:
        folder = Path(name)
        cases = folder / "knowledge_cases"
        cases.mkdir()
        head = {"category": "c", "setting": "retention"}
        rows = (
            json.dumps({**head, "id": f"item-{n}", "prompt": f"Question {n}?", "answer": f"echo: Question {n}?"})
            for n in range(count)
        )
        (cases / "suite.jsonl").write_text("\n".join(rows) + "\n")
        (folder / "test_knowledge.py").write_text("def test_knowledge(ft_verdict):\n    assert ft_verdict.passed\n")
        (folder / "pytest.ini").write_text("[pytest]\n")
        yield folder


def store_answers(folder: Path) -> None:
    """Fill the project's cache with what the model server would answer."""
    from pytest_finetunebench.completions import Completion, Usage
    from pytest_finetunebench.loaders import load_suite
    from pytest_finetunebench.models.cache import CompletionCache
    from pytest_finetunebench.models.request import build_request
    from pytest_finetunebench.settings import AnswerSettings, ModelSettings, Settings, SuiteSettings
    from pytest_finetunebench.settings.model_spec import parse_model_spec

    cases = (folder / "knowledge_cases",)
    settings = Settings(
        model=ModelSettings.of(parse_model_spec("openai:m")),
        suite=SuiteSettings(cases=cases),
        answers=AnswerSettings(cache_dir=folder / ".finetunebench" / "cache"),
    )
    with CompletionCache(settings.answers.cache_dir, "benchmark") as cache:
        for probe in load_suite(cases).probes:
            answer = Completion(
                text=f"echo: {probe.prompt}", served_model="m", usage=Usage(input_tokens=9, output_tokens=9)
            )
            cache.put(build_request(probe, settings, NOWHERE), answer)


@contextmanager
def server(*options: str, latency: float = LATENCY) -> Iterator[str]:
    """Serve in a process of its own; yields the base URL."""
    command = [sys.executable, "-m", "benchmarks.throughput_server", "--latency", str(latency), *options]
    with subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        if process.stdout is None:
            raise RuntimeError("the server has no output")
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def served(url: str) -> int:
    """Return how many answers the server has sent."""
    from urllib.request import urlopen

    with urlopen(url.removesuffix("/v1") + "/served") as answer:  # noqa: S310 - our own server
        return int(answer.read())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--bare"]:
        asyncio.run(ask_bare(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
    else:
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        sys.exit(main())
