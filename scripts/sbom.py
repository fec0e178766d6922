"""The software bill of materials (CycloneDX 1.5, JSON): every package of the lock with its version and hashes, what is
vendored, and what is needed of the system. Made from the files of the project alone; the same files, the same bytes."""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
VENDORED = "pipeline/review/web/vendored/vendored.csv"
_PIN = re.compile(r"(?m)^([A-Za-z0-9][\w.-]*)==([\w.!+-]+)((?:[^\n]*\\\n)*[^\n]*)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_VERSION = re.compile(r'(?m)^__version__ = "([^"]+)"')


def pins(lock: str) -> Iterator[tuple[str, str, list[str]]]:
    """Name, version and SHA-256 of the files of every package in a lock."""
    for name, version, rest in _PIN.findall(lock):
        yield name, version, _HASH.findall(rest)


def component(name: str, version: str, hashes: list[str]) -> dict[str, Any]:
    """A package of Python as CycloneDX has it; a package has several files, of which one is installed."""
    purl = f"pkg:pypi/{canonicalize_name(name)}@{version}"
    files = [{"name": "vnplan:sha256-of-a-file", "value": digest} for digest in hashes]
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl, "properties": files}


def system(packages: str) -> Iterator[dict[str, Any]]:
    """What is needed of the system, from packages.txt; its version is the system's."""
    for line in packages.splitlines():
        if line.strip() and not line.startswith("#"):
            name = line.split()[0]
            yield {
                "type": "application",
                "bom-ref": f"pkg:deb/debian/{name}",
                "name": name,
                "purl": f"pkg:deb/debian/{name}",
            }


def vendored(table: str) -> Iterator[dict[str, Any]]:
    """The libraries whose files stand in the package, from the table beside them."""
    files: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(table.splitlines()):
        files.setdefault(f"{row['library']}@{row['version']} {row['licence']}", []).append(row)
    for about, rows in files.items():
        purl = f"pkg:npm/{about.split(' ')[0]}"
        yield {
            "type": "library",
            "bom-ref": purl,
            "name": rows[0]["library"],
            "version": rows[0]["version"],
            "licenses": [{"license": {"id": rows[0]["licence"]}}],
            "purl": purl,
            "properties": [{"name": f"vnplan:sha256-of-{row['file']}", "value": row["sha256"]} for row in rows],
        }


def bill(root: Path = ROOT) -> dict[str, Any]:
    """The bill of materials of the project in a folder."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = _VERSION.search((root / "pipeline/__init__.py").read_text(encoding="utf-8"))
    version = found[1] if found else "0"
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    parts = [component(*pin) for pin in pins(lock)]
    parts += vendored((root / VENDORED).read_text(encoding="utf-8"))
    parts += system((root / "packages.txt").read_text(encoding="utf-8"))
    own = f"pkg:pypi/{project['name']}@{version}"
    required = {re.split(r"[\[<>=!~; ]", text, maxsplit=1)[0].lower() for text in project["dependencies"]}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, own + lock)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": project["name"],
                "version": version,
                "purl": own,
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": sorted(parts, key=lambda part: part["bom-ref"]),
        "dependencies": [
            {"ref": own, "dependsOn": sorted(part["bom-ref"] for part in parts if part["name"].lower() in required)}
        ],
    }


def main() -> int:
    """Write the bill to a file, or print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", nargs="?", help="file; printed by default")
    args = parser.parse_args()
    text = json.dumps(bill(), indent=1) + "\n"
    if args.out:
        Path(args.out).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
