"""The provider Protocol with its one async method, and the registry, which imports modules at first use."""

from __future__ import annotations

import asyncio
import importlib
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.errors import (
    FilteredError,
    ProviderError,
    SettingsError,
    TransientError,
    UnmeasuredError,
)
from pytest_finetunebench.files.user_code import described, import_target
from pytest_finetunebench.models.providers.credentials import Redactor
from pytest_finetunebench.settings import Settings
from pytest_finetunebench.settings.urls import without_credentials


class Provider(Protocol):
    """Something that answers requests.

    `complete` raises nothing but `UnmeasuredError`s: `TransientError` where another try may help (the caller retries),
    `ProviderError` where it will not, `FilteredError` and `NotRecordedError` where there is no answer.
    """

    base_url: str | None
    """Its address without credentials, part of the fingerprint. None if it uses no network."""
    remote: bool
    """Whether an answer costs a call. If so, answers are cached and calls counted."""

    async def complete(self, request: Request) -> Completion:
        """Answer one request, trying once.

        `seconds` of a completion is set by the caller, unless a provider that answers in batches has set a share.
        """

    async def aclose(self) -> None:
        """Release connections; called on the loop that ran `complete`."""


@dataclass(frozen=True)
class ProviderContext:
    """The values that a provider is built from."""

    settings: Settings
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The process environment: keys come from nowhere else."""
    trained: tuple[tuple[str, str], ...] = ()
    """Every trained prompt with its answer, for the control."""
    option: str = "--ft-"
    """The prefix of its sampling options, for messages."""
    objects: Mapping[str, object] = field(default_factory=dict, repr=False)
    """Providers that are objects of this process, by name."""


ProviderFactory = Callable[[ProviderContext], Provider]

_BUILT_IN = {
    "openai": "pytest_finetunebench.models.providers.openai:OpenAIProvider",
    "gemini": "pytest_finetunebench.models.providers.gemini:GeminiProvider",
    "replay": "pytest_finetunebench.models.providers.replay:ReplayProvider",
    "hf": "pytest_finetunebench.models.providers.hf:HfProvider",
    "control": "pytest_finetunebench.models.providers.control:ControlProvider",
}
_WITHOUT_LOGPROBS = ("gemini",)


def create_provider(name: str, context: ProviderContext) -> Provider:
    """Build the provider called `name`, importing its module now.

    Raises:
        SettingsError: a custom provider cannot be imported or built; a needed setting is missing.
    """
    if name in context.objects:
        return LentProvider(name, context.objects[name], context)
    if name in context.settings.answers.providers:
        return _custom_provider(name, context.settings.answers.providers[name], context)
    if name in _WITHOUT_LOGPROBS and context.settings.model.logprobs:
        raise SettingsError(f"--ft-logprobs: {context.settings.model.text} is asked without them: leave it out")
    module, _, attribute = _BUILT_IN[name].partition(":")
    factory = cast(ProviderFactory, getattr(importlib.import_module(module), attribute))
    return factory(context)


class CustomProvider:
    """A custom provider behind the Protocol. Its exceptions become errors that name it."""

    remote = True

    def __init__(
        self,
        name: str,
        target: str,
        complete: Callable[[Request], Awaitable[Completion | str]],
        owner: object,
        context: ProviderContext,
    ) -> None:
        self.name = name
        address = getattr(owner, "base_url", None)
        if address is not None and not isinstance(address, str):
            raise TypeError(f"base_url is {type(address).__name__}, neither text nor None")
        # another function under the same name must not be answered from this one's cache
        self.base_url: str | None = target if address is None else without_credentials(address)
        self._complete = complete
        self._owner = owner
        self._timeout = context.settings.limits.timeout
        self._redact = Redactor(context.environ, ())

    async def complete(self, request: Request) -> Completion:
        """Answer one request; a plain string is a whole completion."""
        answer = await self._ask(request)
        if isinstance(answer, str):
            return Completion(text=answer)
        if not isinstance(answer, Completion):
            raise ProviderError(
                f"provider '{self.name}' returned {type(answer).__name__}: return a str or a Completion"
            )
        if answer.finish_reason == "content_filter":
            raise FilteredError(f"provider '{self.name}' withheld the answer (finish_reason content_filter)")
        return answer

    async def _ask(self, request: Request) -> Any:
        try:
            async with asyncio.timeout(self._timeout) as clock:
                return await self._complete(request)
        except UnmeasuredError:
            raise
        except TimeoutError as error:
            if not clock.expired():
                raise ProviderError(f"provider '{self.name}' raised {self._redact(described(error))}") from None
            raise TransientError(f"provider '{self.name}' gave no answer within {self._timeout:g} s") from error
        except BaseException as error:
            # a stranger's code may raise anything, and SystemExit would end the loop's thread
            if _cancelled(error):
                raise
            raise ProviderError(f"provider '{self.name}' raised {self._redact(described(error))}") from None

    async def aclose(self) -> None:
        """Close the custom provider, if it has `aclose`.

        Raises:
            ProviderError: its own `aclose` failed.
        """
        close = getattr(self._owner, "aclose", None)
        if close is None:
            return
        try:
            await close()
        except BaseException as error:  # as above
            if _cancelled(error):
                raise
            told = self._redact(described(error))
            raise ProviderError(f"provider '{self.name}' could not be closed: {told}") from None


def _cancelled(error: BaseException) -> bool:
    """Whether the task itself was cancelled: a `CancelledError` of a stranger's own is a failure of his code."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0


class LentProvider(CustomProvider):
    """An object of this process as a provider. Its answers are never cached: nothing tells when it changes."""

    remote = False

    def __init__(self, name: str, owner: Any, context: ProviderContext) -> None:
        """Take a function of a request, plain or async, or an object with such a method `complete`.

        Raises:
            SettingsError: it is neither.
        """
        complete = getattr(owner, "complete", owner)
        if not callable(complete):
            wanted = "a spec such as openai:ID, a function of a request, or an object with `complete(request)`"
            raise SettingsError(f"model={owner!r}: give {wanted}")

        async def ask(request: Request) -> Completion | str:
            answer = await complete(request) if inspect.iscoroutinefunction(complete) else complete(request)
            return cast("Completion | str", answer)

        super().__init__(name, name, ask, owner, context)


def _custom_provider(name: str, target: str, context: ProviderContext) -> Provider:
    option = f"--ft-provider={name}={target}"
    found = import_target(target, option, f"MODULE:ATTRIBUTE, for example {name}=mypackage.models:MyProvider")
    try:
        owner = found(context) if callable(found) and not inspect.iscoroutinefunction(found) else found
        complete = owner if inspect.iscoroutinefunction(owner) else getattr(owner, "complete", None)
        if inspect.iscoroutinefunction(complete):
            return CustomProvider(name, target, complete, owner, context)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a factory may raise anything, SystemExit too
        # its words may hold a key, and so may the traceback
        told = Redactor(context.environ, ())(described(error))
        raise SettingsError(f"{option}: making the provider raised {told}") from None
    raise SettingsError(f"{option}: give an async function, or a factory of objects with `async def complete(request)`")
