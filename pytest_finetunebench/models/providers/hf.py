"""Models in this process, with transformers and peft: `hf:PATH_OR_ID[+ADAPTER]`."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.errors import ProviderError
from pytest_finetunebench.models.local import libraries
from pytest_finetunebench.models.local.spec import find_local_model, weights_hash
from pytest_finetunebench.models.providers.base import ProviderContext

if TYPE_CHECKING:
    from pytest_finetunebench.models.local.engine import Engine


class HfProvider:
    """Asks a model on this machine.

    Its address is a hash of the weights, so that the cache never answers for weights that have changed since.

    Raises:
        SettingsError: the extra `local` is not installed, or the model's files are missing or half written.
    """

    remote = True

    def __init__(self, context: ProviderContext) -> None:
        spec = context.settings.model
        where = f"hf:{spec.id}"
        libraries.check_installed(where)
        self._model = find_local_model(spec.id, where)
        self.base_url: str | None = weights_hash(self._model)
        self._base, _, _ = self.base_url.partition("+")
        self._device = spec.device
        workers = context.environ.get("PYTEST_XDIST_WORKER_COUNT", "")
        self._workers = int(workers) if workers.isdigit() else 1
        self._key = f"{self._base} {self._device}"
        self._engine: Engine | None = None

    async def complete(self, request: Request) -> Completion:
        """Answer one request.

        Raises:
            ProviderError: the model cannot be loaded, or cannot take the request.
        """
        if request.response_schema is not None:
            raise ProviderError("hf: it gives no structured answers, as a judge must", hopeless=True, sent=False)
        if self._engine is None:
            self._engine = self._lent_engine()
        return await asyncio.wrap_future(self._engine.ask(request, self._model.adapter))

    def _lent_engine(self) -> Engine:
        from pytest_finetunebench.models.local.engine import Engine, lend_engine
        from pytest_finetunebench.models.local.weights import threads_for

        return lend_engine(self._key, partial(Engine, self._model, self._device, threads_for(self._workers)))

    async def aclose(self) -> None:
        """Give the model back; it is unloaded when nobody else has it."""
        engine, self._engine = self._engine, None
        if engine is not None:
            from pytest_finetunebench.models.local.engine import return_engine

            await asyncio.to_thread(return_engine, self._key)
