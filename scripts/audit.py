"""Looks up the packages of the locks in a local copy of public advisories, without the network.

    python scripts/audit.py DIR [--lock FILE …]        (`make audit ADVISORIES=DIR`)

DIR holds advisories in the OSV format, YAML or JSON, a file each, in any folders: a clone of the PyPI Advisory Database
or of the GitHub Advisory Database, or an unpacked export of osv.dev. What concerns a pinned version is listed, but for
the advisories that advisories.txt passes over with a reason. Exit status 1 where any is left, 2 where DIR holds none.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

sys.path.insert(0, str(Path(__file__).parent))

from sbom import pins

ROOT = Path(__file__).resolve().parent.parent
LOCKS = (ROOT / "requirements.lock", ROOT / "requirements-bench.lock")
KNOWN = ROOT / "advisories.txt"
_NAME = re.compile(r"""name["']?\s*:\s*["']?([\w.-]+)""")
_KNOWN_ID = re.compile(r"(?m)^([A-Z][A-Za-z0-9-]*)\s")


@dataclass(frozen=True, slots=True)
class Finding:
    """An advisory that concerns a pinned version."""

    id: str
    aliases: tuple[str, ...]
    package: str
    version: str
    fixed: tuple[str, ...]
    summary: str

    def __str__(self) -> str:
        names = ", ".join((self.id, *self.aliases))
        fixed = f"mended in {', '.join(self.fixed)}" if self.fixed else "no mended version is named"
        return f"{self.package} {self.version}: {names}: {fixed}: {self.summary[:200]}"


def pinned(locks: list[Path]) -> dict[str, set[str]]:
    """The versions of every package of some locks; a lock for several systems may pin two of one package."""
    found: dict[str, set[str]] = {}
    for lock in locks:
        for name, version, _ in pins(lock.read_text(encoding="utf-8")):
            found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def advisories(folder: Path, names: set[str]) -> Iterator[dict[str, Any]]:
    """The advisories below a folder that say one of these names; one that cannot be read is an error."""
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".json", ".yaml", ".yml") or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        if "affected" in text and names.intersection(map(canonicalize_name, _NAME.findall(text))):
            yield _loaded(path, text)


def _loaded(path: Path, text: str) -> dict[str, Any]:
    if path.suffix == ".json":
        found = json.loads(text)
    else:
        import yaml

        found = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if not isinstance(found, dict) or "id" not in found:
        raise ValueError(f"{path}: no advisory in the OSV format")
    return found


def findings(advisory: dict[str, Any], packages: dict[str, set[str]]) -> Iterator[Finding]:
    """What an advisory says of the pinned versions."""
    if advisory.get("withdrawn"):
        return
    for affected in advisory.get("affected") or ():
        package = affected.get("package") or {}
        name = canonicalize_name(str(package.get("name", "")))
        if str(package.get("ecosystem", "")).lower() != "pypi":
            continue
        ranges = [one for one in affected.get("ranges") or () if one.get("type") in ("ECOSYSTEM", "SEMVER")]
        listed = {str(version) for version in affected.get("versions") or ()}
        for version in sorted(packages.get(name, ())):
            if concerns(version, ranges, listed):
                fixed = [str(event["fixed"]) for one in ranges for event in one.get("events", ()) if "fixed" in event]
                said = " ".join(str(advisory.get("summary") or advisory.get("details") or "").split())
                aliases = tuple(map(str, advisory.get("aliases") or ()))
                yield Finding(str(advisory["id"]), aliases, name, version, tuple(fixed), said)


def concerns(version: str, ranges: list[dict[str, Any]], listed: set[str]) -> bool:
    """Whether a version is among those listed or lies in one of the ranges (OSV schema, "evaluation")."""
    given = Version(version)
    return any(_same(given, one) for one in listed) or any(_within(given, one.get("events") or ()) for one in ranges)


def _same(version: Version, other: str) -> bool:
    try:
        return version == Version(other)
    except InvalidVersion:  # of the time before PEP 440
        return False


def _within(version: Version, events: list[dict[str, Any]]) -> bool:
    """Whether a version is affected after all events up to it, in the order of their versions.

    A range with an event at a version that cannot be read may hold any version. Limits are of branches: passed over.
    """
    told = [(value, kind) for event in events for kind, value in event.items() if kind != "limit"]
    try:
        ordered = sorted((_version(value), kind) for value, kind in told)
    except InvalidVersion as error:
        print(f"{error} in a range of an advisory; the advisory is taken to concern every version")
        return True
    affected = False
    for at, kind in ordered:
        if kind == "introduced" and version >= at:
            affected = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            affected = False
    return affected


def _version(text: object) -> Version:
    """A version of an event; `0` is before all others."""
    return Version("0.dev0" if str(text) == "0" else str(text))


def main() -> int:
    """Lists what concerns the locks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--lock", type=Path, action="append", help="instead of the locks of the project")
    parser.add_argument("--known", type=Path, default=KNOWN, help="advisories that are passed over, with why")
    options = parser.parse_args()
    packages = pinned(options.lock or list(LOCKS))
    known = set(_KNOWN_ID.findall(options.known.read_text(encoding="utf-8")))
    read = 0
    found: list[Finding] = []
    newest = ""
    for advisory in advisories(options.folder, set(packages)):
        read += 1
        newest = max(newest, str(advisory.get("modified", "")))
        found += findings(advisory, packages)
    if not read:
        print(f"{options.folder} holds no advisory on any package of the locks; is it a copy in the OSV format?")
        return 2
    left = [one for one in found if not known & {one.id, *one.aliases}]
    for one in left:
        print(one)
    passed = f", {len(found) - len(left)} passed over (advisories.txt)" if len(found) > len(left) else ""
    size = sum(map(len, packages.values()))
    print(f"{size} packages, {read} advisories that name one of them (the last of {newest[:10]}):", end=" ")
    print(f"{len(left)} concern a pinned version{passed}")
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main())
