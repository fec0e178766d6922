"""Records as plain values (what JSON holds), and back: the shape follows the dataclasses, nothing is declared twice."""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_plain(value: object) -> Any:
    """Dictionaries, lists, strings, numbers, truth values and None; days and times as ISO strings."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: to_plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [to_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): to_plain(one) for key, one in value.items()}
    return value


def from_plain(kind: type[T], value: object) -> T:
    """The record that `to_plain` made plain.

    Args:
        kind: A dataclass.
        value: What `to_plain` gave, also after a way through JSON. Keys that are missing get their default.

    Raises:
        ValueError: The value does not have that shape; the message names the field.
    """
    made: T = _made(kind, value, kind.__name__)
    return made


def _made(kind: Any, value: Any, where: str) -> Any:
    if is_dataclass(kind):
        return _record(kind, value, where)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        others = [one for one in get_args(kind) if one is not type(None)]
        if value is None and len(others) < len(get_args(kind)):
            return None
        return _made(others[0], value, where)
    if origin is Literal:
        return _checked(value in get_args(kind), value, where, f"one of {', '.join(map(repr, get_args(kind)))}")
    if origin is tuple:
        _checked(isinstance(value, (list, tuple)), value, where, "a list")
        return tuple(_made(get_args(kind)[0], one, f"{where}[{k}]") for k, one in enumerate(value))
    if origin is dict:
        _checked(isinstance(value, Mapping), value, where, "an object")
        return {key: _made(get_args(kind)[1], one, f"{where}.{key}") for key, one in value.items()}
    if kind in (dt.date, dt.datetime):
        _checked(isinstance(value, str), value, where, "an ISO date")
        try:
            return kind.fromisoformat(value)
        except ValueError:
            return _checked(False, value, where, "an ISO date")
    if kind is float and type(value) is int:
        return float(value)
    return _checked(type(value) is kind, value, where, f"of type {kind.__name__}")


def _record(kind: Any, value: Any, where: str) -> Any:
    _checked(isinstance(value, Mapping), value, where, "an object")
    hints = _hints(kind)
    unknown = sorted(set(value) - set(hints))
    if unknown:
        raise ValueError(f"{where} has no field {unknown[0]!r}; it has {', '.join(hints)}")
    try:
        return kind(**{name: _made(hints[name], one, f"{where}.{name}") for name, one in value.items()})
    except TypeError as error:
        raise ValueError(f"{where}: {error}") from error


@cache
def _hints(kind: type) -> dict[str, Any]:
    known = get_type_hints(kind)
    return {one.name: known[one.name] for one in fields(kind)}


def _checked(right: bool, value: Any, where: str, what: str) -> Any:
    if not right:
        raise ValueError(f"{where} must be {what}, not {value!r:.80}")
    return value
