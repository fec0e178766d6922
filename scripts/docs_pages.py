"""Pages of the documentation that are made from the code when it is built: a hook of MkDocs (see mkdocs.yml).

The data dictionary follows from `pipeline/tables/schema.py` and `pipeline/tables/corpus.py`, the reference of the
command line from its parser, the pages of the notebooks from the notebooks, run from top to bottom. What stands at the
root for readers of the repository (CONTRIBUTING.md, CHANGELOG.md) becomes a page too.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import nbformat
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from nbconvert import MarkdownExporter

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(Path(__file__).resolve().parent))

from run_notebooks import run  # noqa: E402

from vnplan import cli  # noqa: E402
from vnplan.tables import SCHEMA_VERSION, TABLES, Column, Table  # noqa: E402
from vnplan.tables.corpus import REGISTER_TABLES  # noqa: E402

_PANDAS = {
    "string": "string",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
    "date": "datetime64[ms]",
    "strings": "list of strings",
    "boxes": "list of {page, x0, y0, x1, y1}",
    "candidates": "list of {value, source, score}",
}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Shows the switcher of versions where they stand side by side (`scripts/docs_versions.py`)."""
    if os.environ.get("DOCS_VERSION"):
        config.extra["version"] = {"provider": "mike"}
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the generated pages to those of the folder `docs`."""
    pages: dict[str, str | bytes] = {
        "reference/tables.md": data_dictionary(),
        "reference/cli.md": command_line(),
        "contributing.md": root_page("CONTRIBUTING.md"),
        "changelog.md": root_page("CHANGELOG.md"),
    }
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        pages.update(notebook_pages(path, executed=config.extra["run_notebooks"]))
    for name, content in pages.items():
        files.append(File.generated(config, name, content=content))
    return files


# -- The data dictionary ---------------------------------------------------------------------------------------------


def data_dictionary() -> str:
    """Every table and column, as the schema declares them."""
    head = f"""# The tables

Schema version {SCHEMA_VERSION}. Columns are added at the end; none is renamed or taken away without a new version. The
types are those of the frames of [`load_tables`](frames.md); the same description lies beside the tables as
`datapackage.json`.
"""
    return "\n".join([head, *(section for table in (*TABLES, *REGISTER_TABLES) for section in _table(table))])


def _table(table: Table) -> Iterator[str]:
    yield f"## {table.name}\n\n{table.description} In {', '.join(_formats(table))}.\n"
    yield '<div class="columns" markdown>\n\n| column | type | null | meaning |\n|---|---|---|---|'
    for column in table.columns:
        never = column.required or column.kind in ("strings", "boxes", "candidates")
        yield f"| `{column.name}` | {_type(column)} | {'never' if never else 'yes'} | {_meaning(column)} |"
    yield "\n</div>\n"


def _formats(table: Table) -> Iterator[str]:
    """The files that a table stands in."""
    yield from (f"`{table.name}.{format_}`" for format_ in table.formats if format_ != "jsonl")
    if table.name == "errors" or table in REGISTER_TABLES:
        yield f"`{table.name}.jsonl`"
    else:
        yield f"`plans.jsonl`{f' (under `facts.{table.nested}`)' if table.nested else ''}"


def _type(column: Column) -> str:
    return "category" if column.values else _PANDAS[column.kind]


def _meaning(column: Column) -> str:
    values = f" One of {', '.join(f'`{value}`' for value in column.values)}." if column.values else ""
    return (column.description + values).replace("|", r"\|")


# -- The command line ------------------------------------------------------------------------------------------------


def command_line() -> str:
    """The help of every command, as the parser prints it."""
    before, os.environ["COLUMNS"] = os.environ.get("COLUMNS"), "100"
    try:
        parser = cli.parser()
        parts = ["# The command `vnplan`\n", _block(parser.format_help())]
        for name, command in _commands(parser):
            command.epilog = None  # the exit codes stand above
            parts += [f"## vnplan {name}\n", _block(command.format_help())]
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before
    return "\n".join(parts)


def _commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:  # argparse has no other way to its commands
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def _block(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```\n"


# -- Notebooks and pages of the root ---------------------------------------------------------------------------------


def notebook_pages(path: Path, executed: bool = True) -> Iterator[tuple[str, str | bytes]]:
    """The page of a notebook, run from top to bottom, and its plots; not run, it shows its words and code alone."""
    notebook = run(path) if executed else nbformat.read(path, as_version=4)
    body, resources = MarkdownExporter().from_notebook_node(notebook)
    # pandas gives every table a style of its own, and the page has one already.
    body = re.sub(r"<style scoped>.*?</style>\s*", "", body, flags=re.DOTALL)
    body = re.sub(r"<div>\s*(<table.*?</table>)(.*?)</div>", r'<div class="frame">\1\2</div>', body, flags=re.DOTALL)
    plots = {name: f"{path.stem}-{PurePosixPath(name).name}" for name in resources["outputs"]}
    for name, plot in plots.items():
        body = body.replace(f"({name})", f"({plot})")
        yield f"notebooks/{plot}", resources["outputs"][name]
    yield f"notebooks/{path.stem}.md", body


def root_page(name: str) -> str:
    """A page that lies at the root of the repository: links into the repository become plain words."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.sub(r"\[([^\]]+)\]\((?!https?:|#)[^)]+\)", r"\1", text)
