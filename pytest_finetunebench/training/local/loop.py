"""The training loop: LoRA on the answers' tokens, or on preferences, with whole checkpoints on the way."""

from __future__ import annotations

import contextlib
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pytest_finetunebench.errors import ProviderError, counted, one_line
from pytest_finetunebench.models.local import libraries
from pytest_finetunebench.models.local.memory import is_memory_error
from pytest_finetunebench.models.local.weights import Loaded
from pytest_finetunebench.training.local.order import CHECKPOINT, LocalOrder, checkpoints, rate_for, step_of
from pytest_finetunebench.training.local.rows import IGNORED, Pair, Tokens

STATE = "optimizer.pt"
_WARM_UP = 0.05
"""The share of the steps in which the learning rate rises."""
_LONGEST_NORM = 1.0
Row = Tokens | Pair


class StoppedError(Exception):
    """The training was asked to stop; `step` is the last checkpoint's."""

    def __init__(self, step: int) -> None:
        super().__init__(f"stopped after step {step}")
        self.step = step


class Loop:
    """Trains one adapter. `saved` is called with each folder that a checkpoint is written to, before it is whole."""

    def __init__(self, loaded: Loaded, order: LocalOrder, rows: Sequence[Row], saved: Callable[[Path], None]) -> None:
        self._loaded, self._order, self._rows, self._saved = loaded, order, rows, saved
        torch, peft = libraries.torch(), libraries.peft()
        torch.manual_seed(order.seed)
        config = peft.LoraConfig(
            r=order.rank, lora_alpha=2 * order.rank, target_modules="all-linear", task_type="CAUSAL_LM"
        )
        self.model = peft.get_peft_model(loaded.model, config)
        self.model.train()
        width = int(getattr(loaded.model.config, "hidden_size", 0) or 2_000)
        self.rate = order.learning_rate or rate_for(width)
        trained = [one for one in self.model.parameters() if one.requires_grad]
        self._optimizer = torch.optim.AdamW(trained, lr=self.rate, weight_decay=0.0)
        self._trained = trained

    def run(self, out: Path, on_step: Callable[[int, float], None], stopping: Callable[[], bool]) -> None:
        """Train from the last whole checkpoint to the end.

        Raises:
            StoppedError: `stopping` said so. A checkpoint of the last step is there.
            ProviderError: a checkpoint cannot be written, or the last one cannot be read.
        """
        done = self._restore(out)
        for step in range(done + 1, self._order.steps + 1):
            on_step(step, self._step(step))
            stopped = stopping() and step < self._order.steps
            if stopped or self._order.saves_after(step):
                self._save(out, step)
            if stopped:
                raise StoppedError(step)

    def _step(self, step: int) -> float:
        torch = libraries.torch()
        for group in self._optimizer.param_groups:
            group["lr"] = self.rate * _share(step, self._order.steps)
        batch = [self._rows[index] for index in self._batch(step)]
        loss = self._dpo(batch) if self._order.method == "dpo" else self._supervised(batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._trained, _LONGEST_NORM)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        return float(loss.detach())

    def _batch(self, step: int) -> list[int]:
        """Return the rows of a step. Each pass has an order of its own, which a resumed training meets again."""
        epoch, index = divmod(step - 1, self._order.steps_per_epoch)
        order = list(range(len(self._rows)))
        random.Random(f"{self._order.seed}:{epoch}").shuffle(order)  # noqa: S311 - no secret
        size = self._order.batch_size
        return order[index * size : (index + 1) * size]

    def _supervised(self, batch: Sequence[Row]) -> Any:
        logits, labels = self._forward([row for row in batch if isinstance(row, Tokens)])
        torch = libraries.torch()
        return torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED)

    def _dpo(self, batch: Sequence[Row]) -> Any:
        """Return the loss of direct preference optimization (R. Rafailov et al. 2023)."""
        torch = libraries.torch()
        pairs = [row for row in batch if isinstance(row, Pair)]
        rows = [pair.chosen for pair in pairs] + [pair.rejected for pair in pairs]
        with torch.no_grad(), self.model.disable_adapter():
            reference = self._log_likelihoods(rows)
        gains = self._log_likelihoods(rows) - reference
        chosen, rejected = gains[: len(pairs)], gains[len(pairs) :]
        return -torch.nn.functional.logsigmoid(self._order.beta * (chosen - rejected)).mean()

    def _log_likelihoods(self, rows: Sequence[Tokens]) -> Any:
        torch = libraries.torch()
        logits, labels = self._forward(rows)
        losses = torch.nn.functional.cross_entropy(
            logits.transpose(1, 2), labels, ignore_index=IGNORED, reduction="none"
        )
        return -losses.sum(dim=1)

    def _forward(self, rows: Sequence[Tokens]) -> tuple[Any, Any]:
        """Return the logits, and the labels that they are to foretell."""
        torch, device = libraries.torch(), self._loaded.device
        width, pad = max(len(row.ids) for row in rows), self._loaded.tokenizer.pad_token_id or 0
        ids = torch.tensor([row.ids + [pad] * (width - len(row.ids)) for row in rows], device=device)
        mask = torch.tensor([[1] * len(row.ids) + [0] * (width - len(row.ids)) for row in rows], device=device)
        labels = torch.tensor([row.labels + [IGNORED] * (width - len(row.ids)) for row in rows], device=device)
        logits = self.model(input_ids=ids, attention_mask=mask).logits[:, :-1].float()
        return logits, labels[:, 1:]

    def _save(self, out: Path, step: int) -> None:
        """Write a checkpoint under another name first: none is ever half written under its own."""
        torch, part = libraries.torch(), out / f".{CHECKPOINT}{step}"
        final = out / f"{CHECKPOINT}{step}"
        shutil.rmtree(part, ignore_errors=True)
        try:
            # it would look for the vocabulary of the base on the hub: no embedding is trained
            self.model.save_pretrained(str(part), save_embedding_layers=False)
            torch.save({"step": step, "optimizer": self._optimizer.state_dict()}, part / STATE)
            self._saved(part)
            shutil.rmtree(final, ignore_errors=True)
            part.rename(final)
        except Exception as error:
            if is_memory_error(error):
                raise
            shutil.rmtree(part, ignore_errors=True)
            advice = f"free some space, then `finetunebench train --resume --out {out}` goes on"
            raise ProviderError(f"{one_line(final)} cannot be written: {one_line(error, 160)}: {advice}") from None

    def _restore(self, out: Path) -> int:
        torch, peft = libraries.torch(), libraries.peft()
        for checkpoint in reversed(checkpoints(out)):
            if not (checkpoint / STATE).exists():
                continue
            try:
                weights = peft.load_peft_weights(str(checkpoint), device=self._loaded.device)
                state = torch.load(checkpoint / STATE, map_location=self._loaded.device, weights_only=True)
                peft.set_peft_model_state_dict(self.model, weights)
                self._optimizer.load_state_dict(state["optimizer"])
            except Exception as error:
                if is_memory_error(error):
                    raise
                words = f"cannot be read: is it half written? ({one_line(error, 100)})"
                advice = "remove it, and the training goes on from the one before it"
                raise ProviderError(f"{one_line(checkpoint)} {words}: {advice}") from None
            return step_of(checkpoint)
        return 0


@contextlib.contextmanager
def enough_memory(order: LocalOrder, out: Path) -> Iterator[None]:
    """Say what to do where memory is too little for a training.

    Raises:
        ProviderError: it is.
    """
    try:
        yield
    except (RuntimeError, MemoryError, OSError) as error:
        if not is_memory_error(error):
            raise
        advice = "take a smaller model, or cut the longest rows"
        if (size := min(order.batch_size, order.rows)) > 1:
            advice = f"remove {one_line(out)} and train with --batch-size {size // 2}, or take a smaller model"
        raise ProviderError(f"too little memory for steps of {counted(size, 'row')}: {advice}") from None


def _share(step: int, steps: int) -> float:
    """Return the share of the learning rate at a step: it rises at first, then falls to nearly 0."""
    warm = max(1, round(_WARM_UP * steps))
    return step / warm if step <= warm else max((steps - step + 1) / (steps - warm + 1), 0.02)


def finish(out: Path, last: Path) -> Iterator[Path]:
    """Copy the last checkpoint's adapter to the folder itself, its configuration last: then it is whole."""
    names = [path.name for path in last.iterdir() if path.is_file() and path.name != STATE]
    for name in sorted(names, key=lambda one: one == "adapter_config.json"):
        shutil.copyfile(last / name, out / name)
        yield out / name
