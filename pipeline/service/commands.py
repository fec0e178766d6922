"""The command `vnplan serve`: its arguments, and the server."""

from __future__ import annotations

import argparse
import contextlib
import secrets
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..errors import MissingDependencyError, OutputError, UsageError, VnplanError
from ..settings import Settings
from .options import LOCAL, ServiceOptions

_GRACE_SECONDS, _KEEP_ALIVE_SECONDS = 10, 15
_BACKLOG = 512


def add(parser: argparse.ArgumentParser) -> None:
    """The command's own arguments; those for reading are shared with `extract`."""
    options = ServiceOptions(Path())
    parser.add_argument(
        "--data", required=True, metavar="DIR", help="folder of the jobs, with all that is uploaded; made if not there"
    )
    parser.add_argument("--host", default=options.host, metavar="NAME", help="address (default: this machine alone)")
    parser.add_argument(
        "--port", type=int, default=options.port, metavar="N", help="port; 0 for any free one (default %(default)s)"
    )
    parser.add_argument(
        "--token-file",
        metavar="FILE",
        help="file with the token that clients show (Authorization: Bearer …); without one, beyond this machine, a new "
        "one is made and printed",
    )
    parser.add_argument("--jobs", type=int, default=0, metavar="N", help="processes that read (default: one a core)")
    parser.add_argument("--seconds", type=float, metavar="N", help="time limit for one document, and for each page")
    parser.add_argument("--megabytes", type=float, metavar="N", help="memory limit for one document")
    parser.add_argument(
        "--max-files", type=int, default=options.max_files, metavar="N", help="files of a request (default %(default)s)"
    )
    parser.add_argument(
        "--max-upload-mb", type=float, default=options.max_upload / 1e6, metavar="N",
        help="megabytes of a request (default %(default).0f)",
    )  # fmt: skip
    parser.add_argument(
        "--max-waiting", type=int, default=options.max_waiting, metavar="N",
        help="unfinished jobs; more are refused with 503 (default %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--upload-seconds", type=float, default=options.upload_seconds, metavar="N",
        help="time limit for an upload (default %(default).0f)",
    )  # fmt: skip
    parser.add_argument(
        "--keep-hours", type=float, default=options.keep_hours, metavar="N",
        help="how long a finished job is kept (default %(default).0f)",
    )  # fmt: skip


def run(args: argparse.Namespace, settings: Settings, cache: str | bool, say: Callable[[str], None]) -> None:
    """Answer until the process is ended.

    Args:
        args: As parsed.
        settings: For reading.
        cache: Folder in which recognised pages are kept.
        say: Prints a line for a person.

    Raises:
        UsageError, OutputError, MissingDependencyError, ModelError: It cannot begin.
    """
    try:
        import uvicorn

        from .app import make_app
    except ImportError as error:
        raise MissingDependencyError(
            f"vnplan serve needs the package {error.name}; run: pip install 'vnplan[service]'"
        ) from error
    token = _token(args)
    options = ServiceOptions(
        data=Path(args.data), settings=settings, host=args.host, port=args.port, token=token, jobs=args.jobs,
        cache=cache, max_files=args.max_files, max_upload=int(args.max_upload_mb * 1e6), max_waiting=args.max_waiting,
        upload_seconds=args.upload_seconds, keep_hours=args.keep_hours,
    )  # fmt: skip
    with contextlib.closing(_listen(options)) as listening:
        port = listening.getsockname()[1]
        app = make_app(replace(options, port=port))
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_GRACE_SECONDS, backlog=_BACKLOG, lifespan="off",
        )  # fmt: skip
        store = app.state.store
        store.open()
        try:
            say(f"service: http://{_shown(args.host)}:{port}/v1/jobs, described at /openapi.json (Ctrl-C to end)")
            if token is not None and not args.token_file:
                say(f"token: {token}")
            uvicorn.Server(config).run(sockets=[listening])
        finally:
            store.close()


def _token(args: argparse.Namespace) -> str | None:
    """The token of the file, or a new one where others than this machine may ask."""
    from ..ingestion import load

    if args.token_file is None:
        return None if args.host in LOCAL else secrets.token_urlsafe(24)
    try:
        token = load(args.token_file, 4096).decode("ascii").strip()
    except (VnplanError, UnicodeDecodeError) as error:
        raise UsageError(f"--token-file cannot be read: {error}") from None
    if not token or not token.isprintable():
        raise UsageError("--token-file holds no token")
    return token


def _listen(options: ServiceOptions) -> socket.socket:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    try:
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((options.host, options.port))
        listening.listen(_BACKLOG)
    except OSError as error:
        raise OutputError(f"cannot listen at {options.host}:{options.port}: {error.strerror or error}") from None
    return listening


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
