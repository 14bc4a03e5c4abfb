"""Text to vectors of meaning: a model in a package, or an endpoint; and the search among vectors.

Needs the extra `semantic` (numpy among it), so that the modules beside this one are imported only
when it is there; without it papers are looked up by their words alone.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING

import aiohttp
from pydantic import SecretStr

from bot.errors import ConfigError

if TYPE_CHECKING:
    from bot.embedding.endpoint import EndpointModel
    from bot.embedding.local import LocalModel
    from bot.embedding.vectors import VectorIndex

EXTRA = ("numpy", "tokenizers", "wordllama")
"""The packages of the extra that are used."""


def is_installed() -> bool:
    """Say whether the extra `semantic` is there."""
    return all(find_spec(name) is not None for name in EXTRA)


@asynccontextmanager
async def opened_model(
    base_url: str | None,
    name: str | None,
    api_key: SecretStr | None,
    now: Callable[[], datetime],
) -> "AsyncIterator[LocalModel | EndpointModel | None]":
    """Open the endpoint that is named, else the packaged model; None without the extra.

    Raises ConfigError for an endpoint without the extra.
    """
    if not is_installed():
        if base_url:
            raise ConfigError("EMBEDDINGS_BASE_URL takes the extra semantic: run make semantic.")
        yield None
        return
    from bot.embedding.endpoint import EndpointModel  # noqa: PLC0415 - see the module's docstring
    from bot.embedding.local import LocalModel  # noqa: PLC0415 - the same

    if base_url is None or name is None:
        yield LocalModel()
        return
    async with aiohttp.ClientSession() as session:
        yield EndpointModel(session, base_url, name, api_key, now)


def index_of(dimension: int) -> "VectorIndex":
    """Return an empty index of vectors; only with the extra."""
    from bot.embedding.vectors import VectorIndex  # noqa: PLC0415 - see the module's docstring

    return VectorIndex(dimension)
