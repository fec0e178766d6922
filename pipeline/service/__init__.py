"""The HTTP API: files in, tables out, over the same pool, ledger and quarantine as a run from the shell.

An upload becomes a *job*: a folder of its own with the files (under numbers; the names that clients give are words in a
list and never paths) and an output folder as `vnplan extract` writes it. A job that was accepted is on the disk; one
that a restart interrupts goes on from its ledger. Documents are read, and pages drawn, in the worker processes alone,
so that none costs the service more than its own row.

- `options`: what the service may be told;
- `readers`: one pool that all jobs share;
- `store`, `job`: the jobs, on disk and at work;
- `pictures`: page images with the facts marked on them;
- `results`: tables as JSON, CSV, Parquet;
- `problems`: what went wrong, as HTTP says it; `models`, `app`, `guard`: the API itself.
"""

from __future__ import annotations

from .options import ServiceOptions

__all__ = ["ServiceOptions"]
