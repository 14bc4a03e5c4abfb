"""The model that comes in a package: WordLlama's token vectors, averaged. No network, no GPU.

One vector of 256 numbers for each of Llama 2's 32,000 tokens, trained from the token tables of
Llama 2 70B and Phi 3 medium (https://github.com/dleemiller/WordLlama: MIT). The package's own
loader asks a hub and takes twice the memory; of the package only these two files are read.
"""

import asyncio
import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bot.domain import VectorSpace
from bot.embedding.vectors import to_bytes
from bot.errors import ConfigError

_WEIGHTS = Path("weights", "l2_supercat_256.safetensors")
_TOKENIZER = Path("tokenizers", "l2_supercat_tokenizer_config.json")
_TENSOR = "embedding.weight"


class LocalModel:
    """Embeds texts in a thread, about a millisecond each; its files are read at first use."""

    def __init__(self) -> None:
        self._loaded: _TokenVectors | None = None
        self._loading = asyncio.Lock()

    async def space(self) -> VectorSpace:
        """Return what its vectors can be compared with."""
        model = await self._model()
        return VectorSpace("wordllama-l2-supercat", model.dimension)

    async def embed(self, texts: Sequence[str]) -> list[bytes]:
        """Return a vector for each text, as `to_bytes` writes it; zeros for one without words."""
        model = await self._model()
        return await asyncio.to_thread(model.embed, texts)

    async def _model(self) -> "_TokenVectors":
        async with self._loading:
            if self._loaded is None:
                self._loaded = await asyncio.to_thread(_TokenVectors.load)
            return self._loaded


class _TokenVectors:
    def __init__(self, tokenizer: Tokenizer, weights: NDArray[np.float16]) -> None:
        self._tokenizer = tokenizer
        self._weights = weights
        self.dimension = int(weights.shape[1])

    @classmethod
    def load(cls) -> "_TokenVectors":
        """Read the files of the package; raises ConfigError where they are not as they were."""
        spec = find_spec("wordllama")
        if spec is None or not spec.submodule_search_locations:
            raise ConfigError(
                "The package wordllama is not installed: install paperwire[semantic]."
            )
        folder = Path(spec.submodule_search_locations[0])
        try:
            return cls(Tokenizer.from_file(str(folder / _TOKENIZER)), _tensor(folder / _WEIGHTS))
        except (OSError, ValueError, KeyError) as error:
            raise ConfigError(
                f"The package wordllama has no weights of this kind: {error}"
            ) from None

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        found = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            ids = self._tokenizer.encode(text, add_special_tokens=False).ids
            if ids:
                found[row] = self._weights[ids].mean(axis=0, dtype=np.float32)
        return to_bytes(found)


def _tensor(path: Path) -> NDArray[np.float16]:
    """Read the one tensor of a safetensors file (https://github.com/huggingface/safetensors)."""
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        told = header[_TENSOR]
        if told["dtype"] != "F16":
            raise ValueError(f"{_TENSOR} is {told['dtype']}, not F16")
        start, end = told["data_offsets"]
        file.seek(start, 1)
        return np.frombuffer(file.read(end - start), np.float16).reshape(told["shape"])
