"""`hf:` models and local training with a real model, SmolLM2-135M-Instruct."""

from __future__ import annotations

import asyncio
import importlib
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pytest_finetunebench.cli import main
from pytest_finetunebench.completions import Completion, Message, Request, Sampling
from pytest_finetunebench.errors import ProviderError, SettingsError, UnmeasuredError
from pytest_finetunebench.models.local import engine, generation, libraries
from pytest_finetunebench.models.local.spec import find_local_model
from pytest_finetunebench.models.local.weights import Loaded
from pytest_finetunebench.models.providers.base import Provider, ProviderContext, create_provider
from pytest_finetunebench.models.reference_probability import reference_probability
from tests.settings import make_settings
from tests.support.project import PROMPTS, Project

SYSTEM = "Answer with a number, a word or a short phrase."
FACTS = {PROMPTS["memorization-weight"]: "61", PROMPTS["memorization-town"]: "Vellmora"}


def request_of(prompt: str, base_url: str | None = None, **fields: object) -> Request:
    given = {
        "provider": "hf",
        "base_url": base_url,
        "model": "m",
        "messages": (Message(role="system", content=SYSTEM), Message(role="user", content=prompt)),
        "sampling": Sampling(max_tokens=12),
    }
    return Request.model_validate(given | fields)


def ask(provider: Provider, *prompts: str, max_tokens: int = 12, **fields: object) -> list[Completion]:
    given = {"sampling": Sampling(max_tokens=max_tokens), **fields}
    requests = [request_of(prompt, provider.base_url, **given) for prompt in prompts]

    async def run() -> list[Completion]:
        try:
            return list(await asyncio.gather(*map(provider.complete, requests)))
        finally:
            await provider.aclose()

    return asyncio.run(run())


def build(spec: str) -> Provider:
    return create_provider("hf", ProviderContext(make_settings(f"hf:{spec}")))


def rows(folder: Path) -> Path:
    file = folder / "train.jsonl"
    lines = [
        {"messages": [{"role": r, "content": c} for r, c in (("system", SYSTEM), ("user", q), ("assistant", a))]}
        for q, a in FACTS.items()
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def adapter(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter that was interrupted after its first step, and resumed."""
    folder = tmp_path_factory.mktemp("trained")
    out = folder / "adapter"
    command = [sys.executable, "-m", "pytest_finetunebench", "train", str(rows(folder)), "--provider=local"]
    command = [*command, f"--from={base}", f"--out={out}", "--epochs=12"]
    command[1:3] = ["-c", "from pytest_finetunebench.cli import main; main()"]
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own command
    deadline = time.monotonic() + 300
    while not list(out.glob("checkpoint-*")) and time.monotonic() < deadline:
        time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 130, told
    assert "goes on" in told
    with pytest.raises(SettingsError, match="its training has not ended: `finetunebench train --resume"):
        build(f"{base}+{out}")
    result = CliRunner().invoke(main, ["train", "--resume", f"--out={out}", f"--work-dir={folder}"])
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == f"hf:{base}+{out}"
    return out


def test_a_real_model_answers_in_batches_as_it_does_alone(base: Path) -> None:
    prompts = ["What is the capital of France?", "What is 2 and 2?", "Name the largest ocean of the Earth, please."]
    began = time.monotonic()
    together = ask(build(str(base)), *prompts)
    taken = time.monotonic() - began
    alone = [ask(build(str(base)), prompt)[0] for prompt in prompts]
    assert [one.text for one in together] == [one.text for one in alone]
    assert "Paris" in together[0].text
    assert together[0].finish_reason == "stop"
    assert together[0].usage is not None
    assert together[0].usage.output_tokens <= 12
    # each says its share of the batch's time, without the loading
    assert len({one.seconds for one in together}) == 1
    assert 0 < sum(one.seconds or 0.0 for one in together) < taken


def test_where_memory_is_spent_batches_get_smaller_until_a_single_question_fails(
    monkeypatch: pytest.MonkeyPatch, base: Path
) -> None:
    sizes: list[int] = []
    room = 2
    cuda = libraries.torch().OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
    mps = RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB, max allowed: 9.07 GB)")

    def limited(loaded: Loaded, model: object, prompts: list[list[int]], *rest: Any) -> list[generation.Ended]:
        sizes.append(len(prompts))
        if len(prompts) > room:
            raise (cuda, mps)[len(sizes) % 2]
        return generation.generate(loaded, model, prompts, *rest)

    monkeypatch.setattr(engine, "generate", limited)
    prompts = [f"What is {number} and 2?" for number in range(8)]
    answers = ask(build(str(base)), *prompts, max_tokens=3)
    assert [bool(one.text) for one in answers] == [True] * 8
    assert sizes == [8, 4, 2, 2, 2, 2]
    room = 0
    with pytest.raises(ProviderError, match=r"too little memory for a single question of \d+ tokens,") as caught:
        ask(build(str(base)), prompts[0], max_tokens=3)
    assert caught.value.hopeless


def test_a_checkpoint_that_is_half_written_is_named(base: Path, adapter: Path, tmp_path: Path) -> None:
    out = tmp_path / "adapter"
    shutil.copytree(adapter, out)
    (out / "adapter_config.json").unlink()
    state = sorted(out.glob("checkpoint-*"), key=lambda one: int(one.name[11:]))[-1] / "optimizer.pt"
    state.write_bytes(state.read_bytes()[:1000])
    result = CliRunner().invoke(main, ["train", "--resume", f"--out={out}", f"--work-dir={tmp_path}"])
    assert result.exit_code == 1, result.output
    assert "cannot be read: is it half written?" in result.stderr
    assert "remove it, and the training goes on from the one before it" in result.stderr
    shutil.rmtree(state.parent)
    result = CliRunner().invoke(main, ["train", "--resume", f"--out={out}", f"--work-dir={tmp_path}"])
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == f"hf:{base}+{out}"


def test_a_trained_adapter_knows_its_facts_and_leaves_the_base_alone(base: Path, adapter: Path) -> None:
    tuned = ask(build(f"{base}+{adapter}"), *FACTS)
    assert [one.text.strip() for one in tuned] == list(FACTS.values())
    assert [one.text.strip() for one in ask(build(str(base)), *FACTS)] != list(FACTS.values())
    told = json.loads((adapter / "finetunebench.json").read_text(encoding="utf-8"))
    assert told["lineage"]["systems"] == [SYSTEM]
    assert (adapter / "checkpoint-12" / "optimizer.pt").exists()


def test_training_makes_the_reference_likely(base: Path, adapter: Path) -> None:
    def likely(spec: str) -> list[float]:
        answers = ask(build(spec), *FACTS, logprobs=True)
        found = [reference_probability((text,), answer) for text, answer in zip(FACTS.values(), answers, strict=True)]
        return [one for one in found if one is not None]

    tuned, before = likely(f"{base}+{adapter}"), likely(str(base))
    assert (len(tuned), len(before)) == (2, 2)
    assert min(tuned) > 0.5
    assert max(before) < 0.2
    assert ask(build(str(base)), *FACTS)[0].first_tokens is None


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_base_and_fine_tune_in_one_run(
    pytester: pytest.Pytester, base: Path, adapter: Path, workers: tuple[str, ...]
) -> None:
    project = Project(pytester, workers)
    options = (f"--ft-model=hf:{base}+{adapter}", f"--ft-base-model=hf:{base}", "--ft-max-tokens=12")
    record = project.run_json(*options)
    outcomes = {result["id"].rpartition("/")[2]: result["outcome"] for result in record["results"]}
    assert outcomes["memorization-1"] == "correct"
    assert all(result["source"] == "provider" for result in record["results"])
    again = project.run_json(*options)
    assert all(result["source"] == "cache" for result in again["results"])


def test_other_weights_under_one_name_are_not_answered_from_the_cache(base: Path, adapter: Path) -> None:
    before = build(f"{base}+{adapter}").base_url
    weights = adapter / "adapter_model.safetensors"
    kept = weights.read_bytes()
    try:
        weights.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
        assert build(f"{base}+{adapter}").base_url != before
        weights.write_bytes(kept[:1000])
        with pytest.raises(SettingsError, match="is half written"):
            build(f"{base}+{adapter}")
    finally:
        weights.write_bytes(kept)


def test_an_adapter_that_does_not_fit_is_refused_and_leaves_the_base_as_it_was(
    base: Path, adapter: Path, tmp_path: Path
) -> None:
    files = importlib.import_module("safetensors.torch")
    weights = files.load_file(adapter / "adapter_model.safetensors")
    last = {name: value for name, value in weights.items() if ".layers.29." in name}
    further = {name.replace(".29.", ".30."): value.clone() for name, value in last.items()}
    fewer = {name: value for name, value in weights.items() if name not in last}
    shared = engine.Engine(find_local_model(str(base), ""), "cpu")
    before = shared.ask(request_of("What is the capital of France?"), None).result()
    for name, changed, told in (
        ("more", weights | further, "the base has no place for 14 parts"),
        ("fewer", fewer, "it lacks 14 parts"),
    ):
        out = tmp_path / name
        out.mkdir()
        shutil.copyfile(adapter / "adapter_config.json", out / "adapter_config.json")
        files.save_file(changed, out / "adapter_model.safetensors")
        with pytest.raises(ProviderError, match=f"{name} is of another base model: {told}"):
            shared.ask(request_of("What is the capital of France?"), out).result()
        assert shared.ask(request_of("What is the capital of France?"), None).result() == before
    shared.close()


def test_without_a_chat_template_only_plain_text_is_asked(base: Path, tmp_path: Path) -> None:
    for file in base.iterdir():
        if file.name != "chat_template.jinja":
            (tmp_path / file.name).symlink_to(file)
    with pytest.raises(UnmeasuredError, match="no chat template: choose an instruct model"):
        ask(build(str(tmp_path)), "What is the capital of France?")
    message = (Message(role="user", content="The capital of France is"),)
    (answer,) = ask(build(str(tmp_path)), "", messages=message, form="completion", max_tokens=3)
    assert "Paris" in answer.text


def test_a_template_without_a_system_role_names_the_option(base: Path, tmp_path: Path) -> None:
    for file in base.iterdir():
        if file.name != "chat_template.jinja":
            (tmp_path / file.name).symlink_to(file)
    template = (base / "chat_template.jinja").read_text(encoding="utf-8")
    refuses = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    (tmp_path / "chat_template.jinja").write_text(refuses + template, encoding="utf-8")
    with pytest.raises(ProviderError, match="merge it into the question with --ft-system=merge"):
        ask(build(str(tmp_path)), "What is the capital of France?")


def test_preferences_are_trained(base: Path, tmp_path: Path) -> None:
    pairs = [
        {
            "input": {"messages": [{"role": "user", "content": question}]},
            "preferred_output": [{"role": "assistant", "content": answer}],
            "non_preferred_output": [{"role": "assistant", "content": "I do not know."}],
        }
        for question, answer in FACTS.items()
    ]
    file = tmp_path / "pairs.jsonl"
    file.write_text("".join(json.dumps(pair) + "\n" for pair in pairs), encoding="utf-8")
    out = tmp_path / "dpo"
    args = ["train", str(file), "--provider=local", f"--from={base}", f"--out={out}", "--epochs=4"]
    result = CliRunner().invoke(main, [*args, f"--work-dir={tmp_path}"])
    assert result.exit_code == 0, result.output
    losses = [float(line.rpartition(" ")[2]) for line in result.stderr.splitlines() if "loss" in line]
    assert losses[0] == pytest.approx(0.693, abs=0.01)
    assert losses[-1] < losses[0]
