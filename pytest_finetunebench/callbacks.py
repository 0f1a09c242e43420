"""Callbacks for trainers of Transformers and TRL: what a model knows, at each checkpoint.

transformers is imported with this module. May be used wherever `evaluate` may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_finetunebench.cases.suite import Suite
from pytest_finetunebench.completions import Request
from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.evaluation.evaluate import evaluate
from pytest_finetunebench.evaluation.run import Run
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.loaders.suite import FilePath
from pytest_finetunebench.runs.rates import GENERALIZATION

if TYPE_CHECKING:
    TrainerCallback = object
else:
    try:
        from transformers import TrainerCallback
    except ModuleNotFoundError as error:
        raise SettingsError("pytest_finetunebench.callbacks needs transformers: pip install transformers") from error


class KnowledgeCallback(TrainerCallback):
    """Asks the model under training every probe of a suite at each checkpoint.

    The rates go to the trainer's `state.log_history` as `knowledge/rephrased` and so on, in 0..1. `runs` holds every
    evaluation by its step. The model answers in this process, one question at a time and greedily; nothing is cached.
    """

    def __init__(
        self,
        suite: Suite | FilePath | Iterable[FilePath],
        *,
        tokenizer: Any = None,
        max_tokens: int = 100,
        graders: Mapping[str, Callable[..., Any]] | None = None,
        save_to: Path | str | None = None,
    ) -> None:
        """Take what is asked.

        Args:
            suite: A suite, or paths of case files and folders.
            tokenizer: The model's tokenizer; the trainer's by default.
            max_tokens: The longest answer in tokens.
            graders: Custom graders by the names that case files use.
            save_to: A folder for the run records, one `step-N.json` each; none by default.
        """
        self.suite = suite if isinstance(suite, Suite) else load_suite(suite, graders=(graders or {}).keys())
        self.runs: dict[int, Run] = {}
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens
        self._graders = graders
        self._save_to = None if save_to is None else Path(save_to)

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Evaluate the model of a checkpoint that was just saved, in the process that owns the training."""
        if not getattr(state, "is_world_process_zero", True):
            return
        tokenizer = self._tokenizer or kwargs.get("processing_class") or kwargs.get("tokenizer")
        if tokenizer is None:
            raise SettingsError("KnowledgeCallback: the trainer has no tokenizer: give one with tokenizer=…")
        model = kwargs["model"]
        was_training = model.training
        model.eval()
        try:
            asked = _Asked(model, tokenizer, self._max_tokens)
            run = evaluate(self.suite, asked, graders=self._graders, name=f"step {state.global_step}")
        finally:
            model.train(was_training)
        self.runs[state.global_step] = run
        state.log_history.append(_figures(run) | {"step": state.global_step, "epoch": state.epoch})
        if self._save_to is not None:
            run.report(self._save_to / f"step-{state.global_step}.json")


class _Asked:
    """A model in this process as `evaluate` takes it."""

    def __init__(self, model: Any, tokenizer: Any, max_tokens: int) -> None:
        self.__name__ = getattr(getattr(model, "config", None), "_name_or_path", "") or type(model).__name__
        self._model, self._tokenizer, self._max_tokens = model, tokenizer, max_tokens

    def complete(self, request: Request) -> str:
        """Answer one request greedily."""
        import torch

        messages = [{"role": message.role, "content": message.content} for message in request.messages]
        if self._tokenizer.chat_template:
            prompt = self._tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
        else:
            prompt = "\n".join(message["content"] for message in messages)
        # a template writes its own first token
        words = self._tokenizer(prompt, return_tensors="pt", add_special_tokens=not self._tokenizer.chat_template)
        words = words.to(self._model.device)
        padding = self._tokenizer.pad_token_id
        with torch.no_grad():
            made = self._model.generate(
                **words,
                max_new_tokens=self._max_tokens,
                do_sample=False,
                pad_token_id=self._tokenizer.eos_token_id if padding is None else padding,
            )
        text: str = self._tokenizer.decode(made[0, words["input_ids"].shape[1] :], skip_special_tokens=True)
        return text


def _figures(run: Run) -> dict[str, float]:
    """Return the rates over all categories as a trainer logs them."""
    rates = [rate for rate in run.rates() if rate.category is None and rate.rate is not None]
    figures = {f"knowledge/{rate.kind}": float(rate.rate or 0) for rate in rates}
    memorized, general = figures.get("knowledge/memorization"), figures.get(f"knowledge/{GENERALIZATION}")
    if memorized is not None and general is not None:
        figures["knowledge/gap"] = memorized - general
    return figures
