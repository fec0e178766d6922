"""No fact of our own plans comes or goes unnoticed: `python tests/facts.py` writes them again where a change is meant."""

from __future__ import annotations

from pathlib import Path

import facts
import pytest


@pytest.mark.parametrize("plan", facts.plans(), ids=lambda plan: plan.stem)
def test_facts_are_as_they_were(plan: Path) -> None:
    assert facts.facts(plan) == facts.stored(plan).read_text(encoding="utf-8").splitlines()


def test_every_file_of_facts_has_its_plan() -> None:
    assert {path.name for path in facts.FACTS.glob("*.txt")} == {facts.stored(plan).name for plan in facts.plans()}
