"""The files of a trained model, read without spaCy: msgpack, and arrays that stay in the file until they are used."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

_NUMBERS = {
    **dict(zip(range(0xCA, 0xCC), (">f", ">d"), strict=True)),
    **dict(zip(range(0xCC, 0xD0), (">B", ">H", ">I", ">Q"), strict=True)),
    **dict(zip(range(0xD0, 0xD4), (">b", ">h", ">i", ">q"), strict=True)),
}
_LENGTHS = {1: ">B", 2: ">H", 4: ">I"}
_CONSTANTS = {0xC0: None, 0xC2: False, 0xC3: True}
_DEEPEST = 32


def unpack(data: memoryview | bytes) -> Any:
    """What msgpack has in some bytes; binary data stay views of them.

    Raises:
        ValueError, IndexError, struct.error: They are no msgpack, or more than one value.
    """
    reader = _Reader(memoryview(data))
    value = reader.value(0)
    if reader.at != len(data):
        raise ValueError("there is more behind the value")
    return value


class _Reader:
    def __init__(self, data: memoryview) -> None:
        self._data = data
        self.at = 0

    def _take(self, size: int) -> memoryview:
        start, self.at = self.at, self.at + size
        if self.at > len(self._data):
            raise ValueError("ends too early")
        return self._data[start : self.at]

    def _number(self, form: str) -> Any:
        return struct.unpack(form, self._take(struct.calcsize(form)))[0]

    def _text(self, size: int) -> str:
        return str(self._take(size), "utf-8")

    def _list(self, size: int, depth: int) -> list[Any]:
        return [self.value(depth + 1) for _ in range(size)]

    def _map(self, size: int, depth: int) -> dict[Any, Any]:
        return {self.value(depth + 1): self.value(depth + 1) for _ in range(size)}

    def value(self, depth: int) -> Any:
        """The value that begins here."""
        if depth > _DEEPEST:
            raise ValueError("is nested too deep")
        first = self._take(1)[0]
        if first < 0x80 or first >= 0xE0:
            return first if first < 0x80 else first - 0x100
        if first < 0x90:
            return self._map(first & 0x0F, depth)
        if first < 0xA0:
            return self._list(first & 0x0F, depth)
        if first < 0xC0:
            return self._text(first & 0x1F)
        if first in _CONSTANTS:
            return _CONSTANTS[first]
        if first in _NUMBERS:
            return self._number(_NUMBERS[first])
        sized: tuple[tuple[int, int, Callable[[int], Any]], ...] = (
            (0xC4, 1, self._take),
            (0xD9, 1, self._text),
            (0xDC, 2, lambda size: self._list(size, depth)),
            (0xDE, 2, lambda size: self._map(size, depth)),
        )
        for lowest, width, read in reversed(sized):
            if first >= lowest:
                return read(self._number(_LENGTHS[width << (first - lowest)]))
        raise ValueError(f"byte {first:#x} begins no value")


def layers(file: Path) -> list[tuple[str, dict[str, Any], dict[str, np.ndarray]]]:
    """The layers of a network as thinc writes them, in its order: name, attributes, arrays by name.

    Raises:
        OSError: The file cannot be read.
        ValueError, KeyError, …: It holds something else.
    """
    with file.open("rb") as opened:
        whole = unpack(memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)))
    return [
        (
            node["name"],
            {key: unpack(packed) if isinstance(packed, memoryview) else packed for key, packed in attributes.items()},
            {key: _array(packed) for key, packed in arrays.items() if packed is not None},
        )
        for node, attributes, arrays in zip(whole["nodes"], whole["attrs"], whole["params"], strict=True)
    ]


def _array(packed: dict[Any, Any]) -> np.ndarray:
    """An array of small floats; the keys of its description are bytes or text, by who wrote them."""
    said = {str(key, "ascii") if isinstance(key, memoryview) else key: value for key, value in packed.items()}
    kind = str(said["type"], "ascii") if isinstance(said["type"], memoryview) else said["type"]
    if kind != "<f4":
        raise ValueError(f"holds numbers of the kind {kind!r}")
    return np.frombuffer(said["data"], dtype="<f4").reshape(said["shape"])
