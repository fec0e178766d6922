"""The description of the API: words, schemas and examples for `/openapi.json`."""

from __future__ import annotations

from typing import Any

from ..tables.schema import TABLES
from .models import ProblemOut
from .results import schema_of_plan

Words = dict[str, Any]
_JOBS, _FACTS, _STATE = "jobs", "one file", "state"

API: Words = {
    "title": "vnplan",
    "summary": "Facts of Vietnamese administrative plans, each with the words it came from.",
    "description": (
        "Send files, get tables: PDF, scans, Word, HTML, e-mail, archives and more, told by their content. One file at "
        "a time is answered at once (`/v1/extract`); several become a job. Errors are `application/problem+json`, with "
        "the codes of the table `errors`: 422 for a file that cannot be read, 413 for one that is too large, 500 for a "
        "fault of ours, 503 and 507 for the machine."
    ),
}
_EXAMPLES: dict[int, tuple[str, str, str]] = {
    401: ("Unauthorized", "unauthorized", "show the token of this service: Authorization: Bearer TOKEN"),
    404: ("Not Found", "no_job", "there is no such job, or not any more"),
    408: ("Request Timeout", "upload_timeout", "the upload took longer than 300 seconds"),
    409: ("Conflict", "not_done", "the job is running: 3 of 12 files are read"),
    413: ("Content Too Large", "too_large", "a request may have 268 MB; send fewer files at a time"),
    415: ("Unsupported Media Type", "no_form", "send files as multipart/form-data (curl -F file=@plan.pdf …)"),
    422: ("Unprocessable Entity", "damaged", "is cut short or broken; ask for the file again"),
    500: ("Internal Server Error", "internal", "fault in vnplan; who runs the service finds it in the log"),
    503: ("Service Unavailable", "busy", "too many jobs wait; send this one again later"),
    507: ("Insufficient Storage", "no_room", "the disk of the service is full; tell who runs it"),
}
PROBLEMS: dict[int | str, Words] = {
    status: {
        "model": ProblemOut,
        "description": title,
        "content": {
            "application/problem+json": {
                "example": {"title": title, "status": status, "code": code, "detail": detail},
                "schema": {"$ref": "#/components/schemas/ProblemOut"},
            }
        },
    }
    for status, (title, code, detail) in _EXAMPLES.items()
}
_PLAN_EXAMPLE: Words = {
    "document_id": "d1f0c2ab34de567",
    "source": "kh-12.pdf",
    "doc_type": "KH",
    "number": "12/KH-UBND",
    "number_status": "found",
    "issue_date": "2026-02-03",
    "issuing_body": "Ủy ban nhân dân xã Minh Tân",
    "title": "Ra quân làm sạch đường làng năm 2026",
    "facts": {
        "tasks": [{"lead": ["Công an xã"], "coordinate": ["Đoàn Thanh niên xã"], "task": "tổ chức ra quân trước ngày "
                   "15/3/2026", "deadline": "2026-03-15", "text": "Giao Công an xã chủ trì, phối hợp với Đoàn Thanh "
                   "niên xã tổ chức ra quân trước ngày 15/3/2026.", "start": 212, "end": 300, "page": 1}],
        "citations": [], "targets": [],
    },
}  # fmt: skip
_RESULT_SCHEMA: Words = {
    "type": "object",
    "required": ["job", "plans", "errors"],
    "properties": {
        "job": {"type": "string"},
        "plans": {"type": "array", "items": schema_of_plan()},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
_RESULT: Words = {
    "description": "What was found.",
    "content": {
        "application/json": {
            "schema": _RESULT_SCHEMA,
            "example": {"job": "9f2c1e0b7a5d4c3e8f6a1b2c3d4e5f60", "plans": [_PLAN_EXAMPLE], "errors": []},
        }
    },
}
_BINARY: Words = {"schema": {"type": "string", "format": "binary"}}
_CHOICES: Words = {
    "extractors": {
        "type": "string",
        "description": "What is looked for, with commas: citations,targets,tasks,deadlines,dates; all by default.",
        "examples": ["citations,tasks"],
    },
    "min_confidence": {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "description": "Leave out facts of which fewer than this share are expected to be right.",
    },
}


def _form(name: str, what: Words, example: Words) -> Words:
    """The body of an upload."""
    schema = {"type": "object", "required": [name], "properties": {name: what, **_CHOICES}}
    content = {"multipart/form-data": {"schema": schema, "example": example}}
    return {"requestBody": {"required": True, "content": content}}


_FILE: Words = {"type": "string", "format": "binary", "description": "The file; its name becomes the column `source`."}
EXTRACT: Words = {
    "tags": [_FACTS],
    "summary": "Read one file",
    "responses": {
        **PROBLEMS,
        200: _RESULT,
        202: {
            "description": "It takes longer: the job, whose address stands in `Location`.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/JobOut"}}},
        },
    },
    "openapi_extra": _form("file", _FILE, {"file": "kh-12.pdf"}),
}
CREATE: Words = {
    "tags": [_JOBS],
    "summary": "Upload files",
    "openapi_extra": _form(
        "files", {"type": "array", "items": _FILE}, {"files": ["kh-12.pdf", "kh-13.docx"], "extractors": "tasks"}
    ),
}
EVERY: Words = {"tags": [_JOBS], "summary": "List the jobs"}
JOB: Words = {"tags": [_JOBS], "summary": "See how far a job is"}
DELETE: Words = {"tags": [_JOBS], "summary": "Delete a job"}
RESULT: Words = {
    "tags": [_JOBS],
    "summary": "Get all that was found",
    "responses": {
        **PROBLEMS,
        200: {**_RESULT, "content": {**_RESULT["content"], "application/zip": _BINARY}},
    },
}
TABLE: Words = {
    "tags": [_JOBS],
    "summary": "Get one table",
    "description": "Tables: " + ", ".join(f"`{table.name}`" for table in TABLES) + ".",
    "responses": {
        **PROBLEMS,
        200: {
            "description": "The rows.",
            "content": {
                "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
                "text/csv": {"schema": {"type": "string"}},
                "application/vnd.apache.parquet": _BINARY,
            },
        },
    },
}
PAGE: Words = {
    "tags": [_JOBS],
    "summary": "See a page with its facts",
    "responses": {**PROBLEMS, 200: {"description": "The page.", "content": {"image/png": _BINARY}}},
}
HEALTH: Words = {"tags": [_STATE], "summary": "Is the process there"}
READY: Words = {"tags": [_STATE], "summary": "Is it ready for work"}
