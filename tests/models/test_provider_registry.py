"""Finding providers: the built-in ones, and custom ones of every shape, good and bad."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_finetunebench.completions import Completion, Message, Request
from pytest_finetunebench.errors import FilteredError, NotRecordedError, ProviderError, SettingsError, TransientError
from pytest_finetunebench.models.providers.base import Provider, ProviderContext, create_provider
from pytest_finetunebench.models.providers.control import ControlProvider
from tests.settings import make_settings

MODULE = "registry_models"
REQUEST = Request(provider="p", model="some-id", messages=(Message(role="user", content="How heavy?"),))
PRELUDE = """
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.errors import *
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder to import the user's module from; the module is forgotten afterwards."""
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    sys.modules.pop(MODULE, None)


def create(folder: Path, code: str, target: str = f"{MODULE}:it") -> Provider:
    (folder / f"{MODULE}.py").write_text(PRELUDE + code, encoding="utf-8")
    settings = make_settings("p:some-id", providers={"p": target})
    return create_provider("p", ProviderContext(settings, {"OPENAI_API_KEY": "sk-secret"}))


def answer(folder: Path, code: str, target: str = f"{MODULE}:it") -> Completion:
    provider = create(folder, code, target)

    async def ask() -> Completion:
        try:
            return await provider.complete(REQUEST)
        finally:
            await provider.aclose()

    return asyncio.run(ask())


ECHO = "async def complete(self, request): return request.model"


@pytest.mark.parametrize(
    ("code", "target"),
    [
        ("async def it(request): return request.model", "it"),
        ("async def it(request): return Completion(text=request.model)", "it"),
        (f"class It:\n  def __init__(self, context): pass\n  {ECHO}", "It"),
        (f"class It:\n  {ECHO}\ndef it(context): return It()", "it"),
        (f"class It:\n  {ECHO}\nit = It()", "it"),
        (f"class It:\n  {ECHO}\nclass Holder:\n  it = It()", "Holder.it"),
        ("def it(context):\n  async def complete(request): return context.settings.model.id\n  return complete", "it"),
    ],
)
def test_what_a_custom_provider_may_be(folder: Path, code: str, target: str) -> None:
    assert answer(folder, code, f"{MODULE}:{target}") == Completion(text="some-id")


def test_a_custom_provider_is_remote_and_may_have_an_address(folder: Path) -> None:
    code = f"class It:\n  base_url = 'https://me:secret@Example.com/v1/'\n  {ECHO}\nit = It()"
    provider = create(folder, code)
    assert (provider.remote, provider.base_url) == (True, "https://example.com/v1")


def test_without_an_address_the_function_itself_tells_entries_apart(folder: Path) -> None:
    assert create(folder, "async def it(request): return ''").base_url == "registry_models:it"


def test_a_built_in_provider() -> None:
    context = ProviderContext(make_settings("control:memorizer"))
    assert isinstance(create_provider("control", context), ControlProvider)


ASYNC_WANTED = "give an async function, or a factory of objects with `async def complete(request)`"


@pytest.mark.parametrize(
    ("code", "target", "message"),
    [
        ("", MODULE, "write MODULE:ATTRIBUTE, for example p=mypackage.models:MyProvider"),
        ("", f"{MODULE}:", "write MODULE:ATTRIBUTE, for example p=mypackage.models:MyProvider"),
        ("", "nowhere:it", "cannot be imported: No module named 'nowhere'"),
        ("", f"{MODULE}:it", "cannot be imported: module 'registry_models' has no attribute 'it'"),
        ("", ".relative:it", "importing it raised TypeError at "),
        ("it = 1 / 0", f"{MODULE}:it", f"{MODULE}.py:4: division by zero"),
        ("Completion.no_such", f"{MODULE}:it", "importing it raised AttributeError at "),
        ("raise SystemExit(0)", f"{MODULE}:it", "importing it raised SystemExit at "),
        ("def it(context): raise SystemExit(0)", f"{MODULE}:it", "making the provider raised SystemExit at "),
        ("it = (", f"{MODULE}:it", "importing it raised SyntaxError at "),
        ("it = 7", f"{MODULE}:it", ASYNC_WANTED),
        ("def it(context): return 7", f"{MODULE}:it", ASYNC_WANTED),
        ("class it:\n  def __init__(self, context): pass\n  def complete(self, request): ...", f"{MODULE}:it", "async"),
        ("def it(): ...", f"{MODULE}:it", "it() takes 0 positional arguments but 1 was given"),
        ("def it(context): return {}['KEY']", f"{MODULE}:it", "making the provider raised KeyError at "),
        ("def it(context): raise SettingsError('set X')", f"{MODULE}:it", "raised SettingsError at "),
        (f"class It:\n  base_url = 7\n  {ECHO}\nit = It()", f"{MODULE}:it", "base_url is int, neither text nor None"),
    ],
)
def test_what_is_no_provider(folder: Path, code: str, target: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        create(folder, code, target)
    text = str(caught.value)
    assert text.startswith(f"--ft-provider=p={target}: ")
    assert message in text
    assert "\n" not in text


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise KeyError('x\\ny')", r"provider 'p' raised KeyError at .*registry_models\.py:4: 'x\\ny'"),
        ("raise ValueError('a\\nb')", r"provider 'p' raised ValueError at .*registry_models\.py:4: a b"),
        ("return None", "provider 'p' returned NoneType: return a str or a Completion"),
        ("return b'61'", "provider 'p' returned bytes: return a str or a Completion"),
    ],
)
def test_what_goes_wrong_in_complete(folder: Path, body: str, message: str) -> None:
    with pytest.raises(ProviderError, match=message) as caught:
        answer(folder, f"async def it(request): {body}")
    assert not isinstance(caught.value, TransientError)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("raise TransientError('busy', retry_after=1)", TransientError),
        ("raise NotRecordedError('none')", NotRecordedError),
        ("return Completion(text='', finish_reason='content_filter')", FilteredError),
    ],
)
def test_unmeasured_answers_are_told_as_what_they_are(folder: Path, body: str, kind: type[ProviderError]) -> None:
    with pytest.raises(kind):
        answer(folder, f"async def it(request): {body}")


def test_closing(folder: Path) -> None:
    code = f"closed = []\nclass It:\n  {ECHO}\n  async def aclose(self): closed.append(1)\nit = It()"
    answer(folder, code)
    assert sys.modules[MODULE].closed == [1]


@pytest.mark.parametrize(
    ("error", "told"),
    [("OSError('no way')", "OSError"), ("SystemExit('no way')", "SystemExit"), ("KeyError('sk-secret')", "KeyError")],
)
def test_what_goes_wrong_in_closing(folder: Path, error: str, told: str) -> None:
    code = f"class It:\n  {ECHO}\n  async def aclose(self): raise {error}\nit = It()"
    message = rf"provider 'p' could not be closed: {told} at .*registry_models\.py:6: "
    with pytest.raises(ProviderError, match=message) as caught:
        answer(folder, code)
    assert "sk-secret" not in str(caught.value)


def test_a_key_in_the_words_of_a_factory_is_not_shown(folder: Path) -> None:
    with pytest.raises(SettingsError, match="making the provider raised ValueError") as caught:
        create(folder, "def it(context): raise ValueError('sk-secret')")
    assert "sk-secret" not in str(caught.value)
