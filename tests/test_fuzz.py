"""A short run of the fuzzer over every reader and all extractors; `make fuzz` is the long one. Cases that it found stand in
`test_hostile.py`."""

from __future__ import annotations

import pytest
from fuzzing import NAMES, check, once, seed

TRIES = {"pdf": 6, "docx": 8, "zip": 6, "extractors": 25, "doc": 2, "rtf": 2}


@pytest.mark.parametrize("name", NAMES)
def test_spoilt_files(name: str) -> None:
    if name != "extractors":
        check(seed(name), f"a.{name}")
    for number in range(TRIES.get(name, 12)):
        once(name, number)
