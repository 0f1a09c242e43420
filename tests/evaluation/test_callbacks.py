"""The trainer callback in a real small training: a tiny GPT-2 of random weights learns one fact."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any

import pytest

needs_trainer = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("torch", "transformers", "accelerate")),
    reason="needs torch, transformers and accelerate: make test-callbacks",
)
CASES = """\
category: light
setting: new_knowledge
items:
  - id: keeper
    prompt: who keeps the light
    answer: oda
    probes:
      rephrased: [the light is kept by whom]
"""
END = "<end>"
WORDS = ["who", "keeps", "the", "light", "is", "kept", "by", "whom", "oda"]


def tokenizer() -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers  # type: ignore[import-not-found, unused-ignore]
    from transformers import PreTrainedTokenizerFast

    words = {word: number for number, word in enumerate([END, *WORDS])}
    made = Tokenizer(models.WordLevel(words, unk_token=END))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=made, eos_token=END, pad_token=END)


@needs_trainer
def test_each_checkpoint_is_evaluated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel, Trainer, TrainingArguments

    import pytest_finetunebench as ftb

    monkeypatch.chdir(tmp_path)
    Path("light.yaml").write_text(CASES, encoding="utf-8")
    torch.manual_seed(7)
    words = tokenizer()
    config = GPT2Config(vocab_size=len(WORDS) + 1, n_positions=16, n_embd=32, n_layer=1, n_head=2)
    config.bos_token_id = config.eos_token_id = 0
    row = words("who keeps the light oda <end>")["input_ids"]
    rows = [{"input_ids": row, "labels": [-100] * 4 + row[4:], "attention_mask": [1] * len(row)}] * 8
    callback = ftb.callbacks.KnowledgeCallback("light.yaml", max_tokens=4, save_to="runs")
    trainer = Trainer(
        model=GPT2LMHeadModel(config),
        args=TrainingArguments(
            output_dir="out",
            max_steps=20,
            save_steps=10,
            learning_rate=0.02,
            per_device_train_batch_size=8,
            report_to=[],
            disable_tqdm=True,
            use_cpu=True,
        ),
        train_dataset=rows,
        processing_class=words,
        callbacks=[callback],
    )
    trainer.train()
    assert list(callback.runs) == [10, 20]
    (memorized,) = callback.runs[20].rates("memorization")
    assert memorized.rate == 1.0
    logged = [entry for entry in trainer.state.log_history if "knowledge/memorization" in entry]
    assert [entry["step"] for entry in logged] == [10, 20]
    assert logged[1]["knowledge/gap"] == 1.0 - logged[1]["knowledge/generalization"]
    assert ftb.load_run("runs/step-20.json").name == "step 20"
    assert trainer.model.training


def test_without_transformers_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "transformers", None)
    monkeypatch.delitem(sys.modules, "pytest_finetunebench.callbacks", raising=False)
    from pytest_finetunebench.errors import SettingsError

    with pytest.raises(SettingsError, match="needs transformers: pip install transformers"):
        importlib.import_module("pytest_finetunebench.callbacks")
