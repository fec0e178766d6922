"""Imported by the fork server before it forks the first worker, so that all workers share what takes long to load.

Loaded is what every task needs (Arrow, and the pandas that Arrow looks for); no model: threads do not survive a fork.
"""

from __future__ import annotations

from ..errors import EmptyFileError
from ..extraction import failure
from .work import part_of

part_of([failure("", EmptyFileError(""))])
