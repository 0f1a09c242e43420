"""Train a LoRA adapter, and show what it knows at each checkpoint: `python train.py BASE_MODEL TRAIN_FILE OUT`."""

import sys

from datasets import load_dataset  # type: ignore[import-not-found, unused-ignore]
from peft import LoraConfig  # type: ignore[import-not-found, unused-ignore]
from trl import SFTConfig, SFTTrainer  # type: ignore[import-not-found, unused-ignore]

import pytest_finetunebench as ftb

base, train_file, out = sys.argv[1:]
rows = load_dataset("json", data_files=train_file, split="train")
callback = ftb.callbacks.KnowledgeCallback("knowledge_cases", save_to="runs")
trainer = SFTTrainer(
    model=base,
    args=SFTConfig(output_dir=out, num_train_epochs=20, save_strategy="epoch", learning_rate=2e-4),
    train_dataset=rows,
    peft_config=LoraConfig(r=16, target_modules="all-linear"),
    callbacks=[callback],
)
trainer.train()
trainer.save_model(out)
for step, run in callback.runs.items():
    print(step, run)
