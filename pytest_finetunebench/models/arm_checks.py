"""Check, before any call, that every arm can ask every probe: recordings are there, and requests fit the window."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_finetunebench.errors import SettingsError, counted
from pytest_finetunebench.models.arms.arm import Arm
from pytest_finetunebench.models.calling.throttle import estimated_tokens
from pytest_finetunebench.models.prices import find_window
from pytest_finetunebench.models.read_ahead import Sample
from pytest_finetunebench.models.role import role_of
from pytest_finetunebench.models.roles import ModelSet
from pytest_finetunebench.settings import Settings


def check_arms(models: ModelSet, settings: Settings, asked: Sequence[Sample]) -> None:
    """Check every arm over these samples. Nothing is sent.

    Raises:
        SettingsError: an arm's request is too long, has no recording, or a search failed; the message names the arm.
    """
    for arm in models.arms:
        _check(models, settings, arm, asked)


def _check(models: ModelSet, settings: Settings, arm: Arm, asked: Sequence[Sample]) -> None:
    role = role_of(arm)
    model = settings.base if role == "base" and settings.base is not None else settings.model
    requests = list(models.requests(role, asked, arm))
    plain = models.requests(role, asked)
    changed = [request for request, bare in zip(requests, plain, strict=True) if request.messages != bare.messages]
    missing = models.unrecorded(role, changed)
    if missing:
        of_all = f"{len(missing):,} of {counted(len(changed), 'request')}"
        how = f"`finetunebench record {model.id} --arm '{arm.spec.text.removeprefix('model+')}'` makes them"
        raise SettingsError(f"{arm.spec.where}: {of_all} have no recording of {model.id}: {how}")
    window = settings.arms.context or find_window(model, custom_server=model.base_url is not None)
    if window is None:
        return
    for (probe, _), request in zip(asked, requests, strict=True):
        tokens = sum(estimated_tokens(request))
        if tokens > window:
            size = f"about {tokens:,} tokens with its answer, more than the {window:,} that {model.text} takes"
            source = "--ft-arm-context" if settings.arms.context else "its known window; --ft-arm-context replaces it"
            raise SettingsError(
                f"{arm.spec.where}: the request of {probe.id} has {size} ({source}): give fewer or shorter passages"
            )
