"""Answer requests with a model in this process: batches of prompts of like length, in one thread."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pytest_finetunebench.completions import Completion, FinishReason, Request, Usage
from pytest_finetunebench.errors import ProviderError, UnmeasuredError, one_line
from pytest_finetunebench.models.local import libraries
from pytest_finetunebench.models.local.batch_limits import BatchLimits, batch_limits
from pytest_finetunebench.models.local.chat import render
from pytest_finetunebench.models.local.generation import Ended, Options, generate, read_options
from pytest_finetunebench.models.local.memory import is_memory_error
from pytest_finetunebench.models.local.spec import NARROWED, LocalModel
from pytest_finetunebench.models.local.weights import Loaded, choose_device, load_base, using

GATHER_SECONDS = 0.02
"""How long a batch waits for further requests."""
MOST_WAITING = 1024
"""The most jobs that a batch is chosen from."""
NO_LIMIT = 512
"""Tokens of an answer where the request sets no limit."""


@dataclass(eq=False)
class _Job:
    """A request that waits for its answer."""

    request: Request
    adapter: Path | None
    done: Future[Completion]
    prepared: _Prepared | None = None
    """Its prompt as tokens, once a batch was chosen while it waited."""


@dataclass(frozen=True)
class _Prepared:
    """A job with its prompt as tokens."""

    job: _Job
    tokens: list[int]
    options: Options


class Engine:
    """A base model and its adapters. The model is loaded for the first request."""

    def __init__(self, spec: LocalModel, device: str = "auto", threads: int | None = None) -> None:
        self._spec, self._wanted_device, self._threads = spec, device, threads
        self._jobs: queue.Queue[_Job | None] = queue.Queue()
        self._limits: BatchLimits | None = None
        self._stopping = threading.Event()
        self._loaded: Loaded | ProviderError | None = None
        self._thread = threading.Thread(target=self._work, name="finetunebench-hf", daemon=True)
        self._thread.start()

    def ask(self, request: Request, adapter: Path | None) -> Future[Completion]:
        """Queue a request."""
        done: Future[Completion] = Future()
        self._jobs.put(_Job(request, adapter, done))
        return done

    def close(self) -> None:
        """End the thread. What it generates is dropped at the next token."""
        self._stopping.set()
        self._jobs.put(None)
        self._thread.join(timeout=30)

    def _work(self) -> None:
        waiting: list[_Job] = []
        while not self._stopping.is_set():
            if not waiting:
                job = self._jobs.get()
                if job is None:
                    break
                waiting.append(job)
            self._gather(waiting)
            self._answer(waiting)
        for job in waiting:
            job.done.cancel()

    def _gather(self, waiting: list[_Job]) -> None:
        while len(waiting) < MOST_WAITING:
            try:
                job = self._jobs.get(timeout=GATHER_SECONDS)
            except queue.Empty:
                return
            if job is not None:
                waiting.append(job)

    def _answer(self, waiting: list[_Job]) -> None:
        """Answer one batch of the waiting jobs, and remove it from them."""
        waiting[:] = [job for job in waiting if not job.done.cancelled()]
        if not waiting:
            return
        try:
            loaded = self._load()
            batch = self._batch(loaded, waiting)
            if batch:
                self._run(loaded, batch, waiting)
        except BaseException as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
            failure = error if isinstance(error, UnmeasuredError) else _failure(error)
            for job in waiting:
                _fail(job, failure)
            waiting.clear()

    def _load(self) -> Loaded:
        if self._loaded is None or (isinstance(self._loaded, Loaded) and self._loaded.spoiled):
            self._loaded = None  # gives its memory back first
            try:
                self._loaded = load_base(self._spec, choose_device(self._wanted_device), self._threads)
            except ProviderError as error:
                self._loaded = error
        if isinstance(self._loaded, ProviderError):
            raise self._loaded
        return self._loaded

    def _batch(self, loaded: Loaded, waiting: list[_Job]) -> list[_Prepared]:
        """Return the oldest job and those that can be asked with it, of like length."""
        first = self._prepared(loaded, waiting[0], waiting)
        if first is None:
            return []
        if first.options.samples:
            return [first]  # a sample must not depend on what else is asked
        alike = [job for job in waiting[1:] if job.adapter == first.job.adapter and _group(job) == _group(first.job)]
        prepared = [first, *(one for job in alike if (one := self._prepared(loaded, job, waiting)) is not None)]
        prepared.sort(key=lambda one: abs(len(one.tokens) - len(first.tokens)))
        limits = self._limits = self._limits or batch_limits(loaded)
        batch: list[_Prepared] = []
        longest = 0
        for one in prepared:
            longest = max(longest, len(one.tokens) + first.options.max_tokens)
            if batch and (len(batch) >= limits.answers or (len(batch) + 1) * longest > limits.tokens):
                break
            batch.append(one)
        return batch

    def _prepared(self, loaded: Loaded, job: _Job, waiting: list[_Job]) -> _Prepared | None:
        """Return a job with its prompt's tokens, or None if it has failed."""
        if job.prepared is not None:
            return job.prepared
        try:
            options = read_options(job.request, loaded, NO_LIMIT)
            tokens = prompt_tokens(loaded.tokenizer, job.request, options)
            most = getattr(loaded.model.config, "max_position_embeddings", None)
            if most is not None and len(tokens) + options.max_tokens > most:
                raise ProviderError(f"hf: the prompt has {len(tokens)} tokens, and the model takes {most} in all")
        except UnmeasuredError as error:
            waiting.remove(job)
            _fail(job, error)
            return None
        job.prepared = _Prepared(job, tokens, options)
        return job.prepared

    def _run(self, loaded: Loaded, batch: list[_Prepared], waiting: list[_Job]) -> None:
        options = batch[0].options
        try:
            with using(loaded, batch[0].job.adapter) as model:
                began = time.perf_counter()
                ended = generate(loaded, model, [one.tokens for one in batch], options, self._stopping.is_set)
        except (RuntimeError, MemoryError, OSError) as error:
            if not is_memory_error(error):
                raise
            if len(batch) == 1:
                raise _single(batch[0]) from None
            self._limits = replace(self._limits or BatchLimits(), answers=max(1, len(batch) // 2))
            ended = None
        if ended is None:  # the jobs still wait, for smaller batches; the failure no longer holds its tensors
            _free_cache(loaded.device)
            return
        each = round((time.perf_counter() - began) / len(batch), 4)
        for one, answer in zip(batch, ended, strict=True):
            waiting.remove(one.job)
            if one.job.done.set_running_or_notify_cancel():
                one.job.done.set_result(_completion(one, answer, each, loaded))


def prompt_tokens(tokenizer: Any, request: Request, options: Options) -> list[int]:
    """Return a request's prompt as tokens.

    Raises:
        ProviderError: the model's template is missing, or refuses the chat.
    """
    if request.form == "completion":
        return list(tokenizer(request.plain_text)["input_ids"])
    chat = [message.model_dump() for message in request.messages]
    text = render(tokenizer, chat, ask=True, **options.template)
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])


def _group(job: _Job) -> str:
    request = job.request
    return repr((request.sampling, request.parameters, request.form, request.logprobs))


def _completion(asked: _Prepared, answer: Ended, seconds: float, loaded: Loaded) -> Completion:
    model = asked.job.request.model
    reason: FinishReason = "stop" if answer.ended else "length"
    usage = Usage(input_tokens=len(asked.tokens), output_tokens=answer.tokens)
    return Completion(
        text=answer.text,
        finish_reason=reason,
        served_model=f"{model}{NARROWED}" if loaded.narrowed else model,
        usage=usage,
        seconds=seconds,
        first_tokens=answer.first_tokens,
    )


def _fail(job: _Job, error: BaseException) -> None:
    if not job.done.done():
        job.done.set_exception(error)


def _single(asked: _Prepared) -> ProviderError:
    size = len(asked.tokens) + asked.options.max_tokens
    return ProviderError(
        f"hf: too little memory for a single question of {size:,} tokens, answer included: lower --ft-max-tokens, take "
        "a smaller model, or serve it elsewhere",
        hopeless=True,
    )


def _failure(error: BaseException) -> ProviderError:
    return ProviderError(f"hf: the model failed: {type(error).__name__}: {one_line(error, 200)}")


def _free_cache(device: str) -> None:
    if device != "cpu":
        getattr(libraries.torch(), device).empty_cache()


_ENGINES: dict[str, tuple[Engine, int]] = {}
_GUARD = threading.Lock()


def lend_engine(key: str, make: Callable[[], Engine]) -> Engine:
    """Return the engine of these weights, made where there is none: base and fine-tune share one."""
    with _GUARD:
        engine, users = _ENGINES.get(key) or (make(), 0)
        _ENGINES[key] = (engine, users + 1)
        return engine


def return_engine(key: str) -> None:
    """Close an engine that nobody uses any more."""
    with _GUARD:
        engine, users = _ENGINES[key]
        if users > 1:
            _ENGINES[key] = (engine, users - 1)
            return
        del _ENGINES[key]
    engine.close()
