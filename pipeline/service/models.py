"""What the API says, as types with examples: its description (`/openapi.json`) follows from them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from .job import Job

_ID = "9f2c1e0b7a5d4c3e8f6a1b2c3d4e5f60"
_PROBLEM: JsonDict = {
    "title": "Unprocessable Entity",
    "status": 422,
    "code": "encrypted",
    "detail": "is protected by a password that is not known",
    "job": _ID,
}


class FileOut(BaseModel):
    """A file of a job."""

    name: str = Field(description="The name that the client gave, without folders: the column `source`.")
    size: int = Field(description="Bytes.")


class ProblemOut(BaseModel):
    """What is wrong (RFC 9457)."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [_PROBLEM]})

    title: str = Field(description="Name of the status.")
    status: int = Field(description="Status of HTTP.")
    code: str = Field(description="For programs: a code of the table `errors`, or of the service.")
    detail: str = Field(description="One sentence that says what to do.")


class JobOut(BaseModel):
    """How far a job is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": _ID,
                    "state": "running",
                    "files": [{"name": "Kế hoạch 12.pdf", "size": 182_344}, {"name": "kh-13.docx", "size": 40_211}],
                    "done": 1,
                    "total": 2,
                    "documents": 0,
                    "errors": 0,
                    "created": "2026-02-03T08:15:00+07:00",
                    "finished": None,
                    "problem": None,
                }
            ]
        }
    )

    id: str = Field(description="Names the job; cannot be guessed.")
    state: Literal["waiting", "running", "done", "failed"] = Field(
        description="`failed` means the machine, not a document: it is tried again when the service is started again."
    )
    files: list[FileOut] = Field(description="What was uploaded.")
    done: int = Field(description="Files that are read.")
    total: int = Field(description="Files of the job.")
    documents: int = Field(description="Documents found in them; known when the job is done.")
    errors: int = Field(description="Rows of the table `errors` so far.")
    created: dt.datetime = Field(description="When it was accepted.")
    finished: dt.datetime | None = Field(description="When it came to its end.")
    problem: ProblemOut | None = Field(description="Why it failed.")


class StateOut(BaseModel):
    """Whether the service is ready."""

    ready: bool
    version: str
    workers: int = Field(description="Processes that read.")
    unfinished: int = Field(description="Jobs that wait or are worked on.")


def shown(job: Job) -> JobOut:
    """A job as the API shows it."""
    from .problems import ProblemError

    return JobOut(
        id=job.id,
        state=job.state,
        files=[FileOut(name=one.name, size=one.size) for one in job.files],
        done=job.done,
        total=len(job.files),
        documents=job.documents,
        errors=job.errors,
        created=job.created,
        finished=job.finished,
        problem=ProblemOut(**ProblemError.of(*job.problem).body) if job.problem else None,
    )
