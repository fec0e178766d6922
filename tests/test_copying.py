"""Records that are made and copied fast behave as dataclasses do."""

from __future__ import annotations

import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass, replace

import pytest

from vnplan.copying import changed, quick
from vnplan.records import Evidence
from vnplan.settings import Settings


@dataclass(frozen=True, slots=True)
class Plain:
    one: int
    two: str = "b"


@quick
@dataclass(frozen=True, slots=True)
class Quick:
    one: int
    two: str = "b"


def test_quick_records_are_made_as_before() -> None:
    for made in (Quick(1), Quick(one=1), Quick(1, two="b"), pickle.loads(pickle.dumps(Quick(1)))):
        assert (made.one, made.two) == (1, "b")
        assert repr(made) == "Quick(one=1, two='b')"
    assert Quick(1) == Quick(1) != Quick(2)
    assert str(inspect.signature(Quick)) == str(inspect.signature(Plain))
    with pytest.raises(FrozenInstanceError):
        Quick(1).one = 2  # type: ignore[misc]
    for wrong in ((), (1, 2, 3)):
        with pytest.raises(TypeError):
            Quick(*wrong)


def test_quick_refuses_what_does_more_than_hold_fields() -> None:
    with pytest.raises(TypeError):
        quick(Settings)


def test_changed_is_replace() -> None:
    read = Evidence("Sở Y tế", 3, 10, section="II")
    assert changed(read, confidence=0.5, rule="head") == replace(read, confidence=0.5, rule="head")
    assert changed(Plain(1, "c"), one=2) == Plain(2, "c")
    assert read == Evidence("Sở Y tế", 3, 10, section="II")
    with pytest.raises(TypeError):
        changed(read, words="")


def test_changed_checks_what_the_class_checks() -> None:
    assert changed(Settings(), ner="rules") == Settings(ner="rules")
    with pytest.raises(Exception, match="ner"):
        changed(Settings(), ner="nothing")
