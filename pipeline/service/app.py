"""The API itself: what can be asked, and what is answered."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from .. import __version__
from ..errors import UsageError, VnplanError
from ..tables.schema import TABLES as ALL_TABLES
from . import describing, pictures, results
from .guard import Guard
from .job import Job, Wish
from .models import JobOut, StateOut, shown
from .options import ServiceOptions
from .problems import MEDIA_TYPE, ProblemError, status_of
from .readers import ClosedError, one
from .store import BusyError, NoRoomError, Store

_MEDIA = {"json": "application/json", "csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
_BY_NAME = {table.name: table for table in ALL_TABLES}
_FIELD_BYTES, _FIELDS = 4_096, 20
Format = Literal["json", "csv", "parquet"]


def make_app(options: ServiceOptions) -> FastAPI:
    """The app.

    Args:
        options: How the service works.
    """
    store = Store(options)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(store.open)
        try:
            yield
        finally:
            await run_in_threadpool(store.close)

    # The pages that FastAPI makes of the description load scripts from elsewhere.
    app = FastAPI(**describing.API, version=__version__, lifespan=life, docs_url=None, redoc_url=None)
    routes = _Routes(store)
    add = partial(app.add_api_route, responses=describing.PROBLEMS)
    add("/v1/extract", routes.extract, methods=["POST"], response_model=None, **describing.EXTRACT)
    add("/v1/jobs", routes.create, methods=["POST"], status_code=202, **describing.CREATE)
    add("/v1/jobs", routes.every, methods=["GET"], **describing.EVERY)
    add("/v1/jobs/{job}", routes.job, methods=["GET"], **describing.JOB)
    add("/v1/jobs/{job}", routes.delete, methods=["DELETE"], status_code=204, response_model=None, **describing.DELETE)
    add("/v1/jobs/{job}/result", routes.result, methods=["GET"], response_model=None, **describing.RESULT)
    add("/v1/jobs/{job}/tables/{table}", routes.table, methods=["GET"], response_model=None, **describing.TABLE)
    page = "/v1/jobs/{job}/documents/{document}/pages/{page}.png"
    add(page, routes.page, methods=["GET"], response_model=None, **describing.PAGE)
    app.add_api_route("/healthz", routes.health, methods=["GET"], **describing.HEALTH)
    app.add_api_route("/readyz", routes.ready, methods=["GET"], **describing.READY)
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(HTTPException, _refusal)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _fault)
    app.add_middleware(Guard, options=options)
    app.state.store = store
    return app


class _Routes:
    """What the API answers."""

    def __init__(self, store: Store) -> None:
        self._store, self._options = store, store.options

    async def extract(
        self,
        request: Request,
        wait: Annotated[float, Query(gt=0, description="Seconds to wait for the answer, at most.")] = 60.0,
    ) -> Response:
        """One file in, its plans out; where that takes longer, the job instead (202)."""
        job = await self._accepted(request, 1)
        try:
            ended = asyncio.wrap_future(job.ended)
            await asyncio.wait_for(asyncio.shield(ended), min(wait, self._options.wait_seconds))
        except TimeoutError:
            return JSONResponse(shown(job).model_dump(mode="json"), 202, {**_place(job), "Retry-After": "2"})
        self._check_done(job)
        if not await run_in_threadpool(results.has_plans, job.out):
            found = await run_in_threadpool(results.errors, job.out)
            first = max(found, key=lambda row: status_of([row]), default={"code": "empty", "message": "is empty"})
            raise ProblemError(status_of(found), first["code"], first["message"], job=job.id, errors=found)
        return StreamingResponse(results.plans(job.out, job.id), 200, _place(job), _MEDIA["json"])

    async def create(self, request: Request, response: Response) -> JobOut:
        """Files in, a job out; it is on the disk when this answers."""
        job = await self._accepted(request, self._options.max_files)
        response.headers.update(_place(job))
        return shown(job)

    async def every(self, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> list[JobOut]:
        """The jobs, the newest first."""
        return [shown(job) for job in self._store.every()[:limit]]

    async def job(self, job: str) -> JobOut:
        """How far a job is."""
        return shown(self._job(job))

    async def delete(self, job: str) -> Response:
        """Delete a job with its files and tables; one that is worked on is stopped."""
        await run_in_threadpool(self._store.remove, self._job(job))
        return Response(status_code=204)

    async def result(self, job: str, format: Format = "json") -> Response:
        """All that was found: JSON with the facts of each plan nested, or a ZIP of the tables."""
        found = self._done(job)
        if format == "json":
            return StreamingResponse(results.plans(found.out, found.id), 200, media_type=_MEDIA["json"])
        file = await run_in_threadpool(results.packed, found.out, format)
        name = {"Content-Disposition": f'attachment; filename="{found.id}-{format}.zip"'}
        return StreamingResponse(results.chunks(file), 200, name, "application/zip")

    async def table(self, job: str, table: str, format: Format = "json") -> Response:
        """One table of the job."""
        found = self._done(job)
        if table not in _BY_NAME:
            raise ProblemError(404, "no_table", f"there is no table {table[:40]!r}; there are {', '.join(_BY_NAME)}")
        if format == "json":
            return StreamingResponse(results.rows(found.out, table), 200, media_type=_MEDIA["json"])
        if format not in _BY_NAME[table].formats:
            raise ProblemError(
                404, "no_table", f"the table {table} is not written as {format}; ask for json or parquet"
            )
        name = f"{table}.{format}"
        return FileResponse(found.out / name, media_type=_MEDIA[format], filename=name)

    async def page(
        self,
        job: str,
        document: str,
        page: int,
        marks: Annotated[bool, Query(description="Mark the facts on it.")] = True,
    ) -> Response:
        """A page of a PDF or an image, with its facts marked."""
        found = self._done(job)
        tables = ("plans", *pictures.TABLES)
        rows = await run_in_threadpool(results.of_document, found.out, document, tables)
        if not rows["plans"]:
            raise ProblemError(404, "no_document", "this job has no document of that id; see the table plans")
        (plan,) = rows["plans"]
        entry = found.file(plan["source"])
        if entry is None:
            raise ProblemError(404, "no_document", "the file of that document is not there")
        shown = tuple(pictures.marks_of(rows, page)) if marks else ()
        task = pictures.picture(entry, plan["source"], plan["sha256"], page, shown)
        try:
            done = await run_in_threadpool(one, self._store.readers, task, self._options.wait_seconds)
            return Response(pictures.png(done), media_type="image/png")
        except TimeoutError:
            raise ProblemError(503, "busy", "the page could not be drawn in time; ask again later") from None
        except UsageError as error:
            raise ProblemError(404, "no_page", str(error)) from None

    async def health(self) -> dict[str, str]:
        """The process answers."""
        return {"state": "alive"}

    async def ready(self, response: Response) -> StateOut:
        """Whether the first processes have loaded what they need (503 until then)."""
        readers = self._store.readers
        if not readers.is_warm:
            response.status_code = 503
        return StateOut(
            ready=readers.is_warm, version=__version__, workers=readers.jobs, unfinished=self._store.unfinished
        )

    # -- Uploads -----------------------------------------------------------------------------------------------------

    async def _accepted(self, request: Request, most: int) -> Job:
        """The job of an upload."""
        _check_form(request)
        try:
            with self._store.room():  # before anything is read
                async with request.form(max_files=most + 1, max_fields=_FIELDS, max_part_size=_FIELD_BYTES) as form:
                    return await self._taken(form, most)
        except BusyError:
            raise ProblemError(503, "busy", "too many jobs wait; send this one again later") from None
        except NoRoomError:
            raise ProblemError(507, "no_room", "the disk of the service is full; tell who runs it") from None
        except UsageError as error:
            raise ProblemError(422, "usage", str(error)) from None

    async def _taken(self, form: FormData, most: int) -> Job:
        files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        self._check_files(files, most)
        names = [file.filename for file in files]
        writers = [partial(_store, file) for file in files]
        return await run_in_threadpool(self._store.accept, names, writers, _wish(fields))

    def _check_files(self, files: Sequence[UploadFile], most: int) -> None:
        if not files:
            raise ProblemError(422, "no_file", "send a file, as a part of multipart/form-data with a file name")
        if len(files) > most:
            raise ProblemError(413, "too_many_files", f"at most {most} file{'s' * (most > 1)} in one request")
        limit = self._options.settings.max_bytes
        for file in files:
            if (file.size or 0) > limit:
                words = f"{(file.filename or 'a file')[:100]!r} is larger than {limit / 1e6:.0f} MB"
                raise ProblemError(413, "too_large", words)

    # -- Jobs --------------------------------------------------------------------------------------------------------

    def _job(self, name: str) -> Job:
        job = self._store.get(name)
        if job is None:
            raise ProblemError(404, "no_job", "there is no such job, or not any more")
        return job

    def _done(self, name: str) -> Job:
        job = self._job(name)
        self._check_done(job)
        return job

    @staticmethod
    def _check_done(job: Job) -> None:
        if job.problem is not None:
            raise ProblemError.of(*job.problem, job=job.id)
        if job.cancelled.is_set():
            raise ProblemError(404, "no_job", "the job was deleted")
        if job.state != "done":
            raise ProblemError(
                409, "not_done", f"the job is {job.state}: {job.done} of {len(job.files)} files are read"
            )


def _check_form(request: Request) -> None:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise ProblemError(415, "no_form", "send files as multipart/form-data (curl -F file=@plan.pdf …)")


def _wish(fields: dict[str, str]) -> Wish:
    """What the form asks for besides the files."""
    unknown = sorted(set(fields) - {"extractors", "min_confidence"})
    if unknown:
        words = f"the field {unknown[0][:40]!r} is not known; there are extractors and min_confidence, and files"
        raise ProblemError(422, "usage", words)
    names = tuple(name.strip() for name in fields.get("extractors", "").split(",") if name.strip())
    try:
        least = float(fields.get("min_confidence") or 0.0)
        if math.isnan(least):
            raise ValueError
    except ValueError:
        raise ProblemError(422, "usage", "min_confidence must be a number from 0 to 1") from None
    return Wish(names or None, least)


def _store(file: UploadFile, path: Path) -> int:
    """Write an upload to a file; its size."""
    size = 0
    with path.open("xb") as out:
        file.file.seek(0)
        while data := file.file.read(1 << 20):
            size += out.write(data)
        out.flush()
    return size


def _place(job: Job) -> dict[str, str]:
    return {"Location": f"/v1/jobs/{job.id}"}


# -- What went wrong -------------------------------------------------------------------------------------------------


def _answer(problem: ProblemError) -> Response:
    return JSONResponse(problem.body, problem.status, dict(problem.headers), MEDIA_TYPE)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return _answer(error)


async def _refusal(request: Request, error: Exception) -> Response:
    """What Starlette refuses: no such path, no such method, a form that is no form."""
    assert isinstance(error, HTTPException)
    if error.status_code == 400 and str(error.detail).startswith("Too many files"):
        return _answer(ProblemError(413, "too_many_files", "there are too many files in this request"))
    codes = {400: "bad_request", 404: "no_such_path", 405: "no_such_method"}
    return _answer(ProblemError(error.status_code, codes.get(error.status_code, "refused"), str(error.detail)))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first: dict[str, Any] = error.errors()[0]
    where = ".".join(map(str, first["loc"][1:]))
    return _answer(ProblemError(422, "usage", f"{where}: {first['msg']}"))


async def _fault(request: Request, error: Exception) -> Response:
    if isinstance(error, ClosedError):
        return _answer(ProblemError(503, "closing", "the service ends; what was accepted is kept"))
    if isinstance(error, VnplanError):
        return _answer(ProblemError.of(error.code, error.message))
    return _answer(ProblemError(500, "internal", "fault in vnplan; who runs the service finds it in the log"))
