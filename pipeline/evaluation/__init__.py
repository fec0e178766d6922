"""How right are the tables? Scores against gold made by hand, and a check that every fact stands where it says."""

from __future__ import annotations

from .evaluate import Evaluation, evaluate
from .scoring import Report, score

__all__ = ["Evaluation", "Report", "evaluate", "score"]
