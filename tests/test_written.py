"""Plans written for this project, each labelled by its writer, who had seen neither rules nor output (`gold/written`).

Rules were made by what went wrong on them, so the figures say that nothing is lost, not how unseen documents fare.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from vnplan import extract_folder
from vnplan.evaluation import evaluate
from vnplan.settings import Settings

WRITTEN = Path(__file__).parent / "gold" / "written"
LEAST = {
    "number": 0.99,
    "issue_date": 0.99,
    "issuing_body": 0.99,
    "title": 0.99,
    "signer": 0.97,
    "citations (document)": 0.99,
    "targets": 0.79,
    "responsibilities (body+role)": 0.94,
    "tasks (found)": 0.96,
    "assignments (task+body+role)": 0.93,
    "task deadline (of tasks found)": 0.86,
    "deadlines": 0.90,
    "recipients": 0.99,
    "sections": 0.99,
}
"""What each kind of fact scores at least, a little below what it did when the row was written."""


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    texts = tmp_path_factory.mktemp("written")
    for path in WRITTEN.glob("*.md"):
        shutil.copy(path, texts)
    out = tmp_path_factory.mktemp("tables")
    extract_folder(texts, out, settings=Settings(ner="none"))
    return {kind: figure.score or 0.0 for kind, figure in evaluate(out, [WRITTEN]).figures().items()}


@pytest.mark.parametrize("kind", LEAST)
def test_nothing_is_lost(kind: str, figures: dict[str, float]) -> None:
    assert figures[kind] >= LEAST[kind]


def test_every_text_is_labelled() -> None:
    assert {path.stem for path in WRITTEN.glob("*.md")} == {path.stem for path in WRITTEN.glob("*.json")}
