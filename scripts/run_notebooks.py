"""Runs the notebooks from top to bottom, as the tests and `make docs` do: `scripts/run_notebooks.py [NOTEBOOK…]`.

A notebook runs in a folder of its own that looks like `notebooks/` (the plots' style, `../data`), so that runs side by
side do not meet and nothing is left behind in the project. Needs the packages of the extra `notebooks`.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "notebooks"
# The one line that a reader changes for a folder of their own.
PLANS = 'PLANS = Path("../data/raw")'
SECONDS = 300  # time limit of a cell


def run(path: Path, plans: Path | None = None) -> nbformat.NotebookNode:
    """The notebook with its outputs.

    Args:
        path: A notebook.
        plans: The folder of plans that it is to read instead of `data/raw`.

    Raises:
        CellExecutionError: A cell failed; the message has the cell and its traceback.
        ValueError: The notebook has no line that names the folder of plans.
    """
    notebook = nbformat.read(path, as_version=4)
    if plans is not None:
        _give_plans(notebook, plans)
    with tempfile.TemporaryDirectory(prefix="vnplan-notebook-") as folder:
        place = Path(folder) / "notebooks"
        place.mkdir()
        shutil.copy(FOLDER / "matplotlibrc", place)
        (Path(folder) / "data").symlink_to(ROOT / "data", target_is_directory=True)
        # Sockets of the file system: nobody else on the machine can listen in.
        # Sockets in the file system: nobody else on the machine can listen in.
        config = Config({"KernelManager": {"transport": "ipc", "ip": str(Path(folder) / "kernel")}})
        resources = {"metadata": {"path": str(place)}}
        NotebookClient(notebook, kernel_name="python3", timeout=SECONDS, resources=resources, config=config).execute()
    return notebook


def _give_plans(notebook: nbformat.NotebookNode, plans: Path) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code" and PLANS in cell.source:
            cell.source = cell.source.replace(PLANS, f"PLANS = Path({str(plans)!r})")
            return
    raise ValueError(f"no cell has the line {PLANS}")


def main() -> None:
    """Run the notebooks named, or all, and say how long each took."""
    for path in [Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("*.ipynb")):
        started = time.perf_counter()
        run(path)
        print(f"{path.name}: {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
