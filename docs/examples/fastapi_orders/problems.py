"""Errors as problem details (RFC 9457): what was wrong, where, and the remedy.

The library's errors already name the value and the remedy; here each is given an HTTP
status and a type that programs can compare. What is not the client's doing (a policy
that breaks its word, a row of the store that cannot be decoded) is logged and answered
with 500 and no word of what is inside.

>>> from backorderkit.errors import Duplicate
>>> problem_of(Duplicate("order", "O-1"), "/orders").status
409
"""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from backorderkit import BackorderError
from backorderkit.errors import (
    Conflict,
    Duplicate,
    InvalidValue,
    NotPossible,
    UnknownReference,
)

LOG = logging.getLogger("backorderkit.model.orders")
MEDIA_TYPE = "application/problem+json"
KINDS = "tag:backorderkit.example,2026:"
LONGEST_VALUE = 80
CONFLICT = 409
RETRY_AFTER_SECONDS = 1
NOT_JSON = "send JSON, and the header Content-Type: application/json"


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    where: str = Field(description="a path into the request", examples=["body.ref"])
    value: str = Field(description="what was found there", examples=["'O 1'"])
    remedy: str = Field(examples=["String should match pattern '…'"])


class Problem(BaseModel):
    """What went wrong, in the words of RFC 9457, and the fields of the error."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": KINDS + "not-possible",
                    "title": "There is not so much",
                    "status": 409,
                    "detail": "cannot ship 5 of 'O-1/1', only 3: only allocated…",
                    "instance": "/orders/O-1/shipments",
                    "ref": "O-1/1",
                    "asked": 5,
                    "possible": 3,
                    "remedy": "only allocated units can leave",
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str
    instance: str
    what: str | None = None
    value: str | None = None
    ref: str | None = None
    asked: int | None = None
    possible: int | None = None
    remedy: str | None = None
    errors: list[Fault] | None = None


def problem_of(error: BackorderError, path: str) -> Problem:
    """Return the problem that an error of the library is to the client."""
    detail, text = str(error), shown
    match error:
        case InvalidValue():
            return _problem(
                ("invalid-value", "A value is not allowed there", 422),
                (detail, path),
                what=error.what,
                value=text(error.value),
                remedy=error.remedy,
            )
        case UnknownReference():
            return _problem(
                ("unknown-reference", "There is no such thing", 404),
                (detail, path),
                what=error.kind,
                ref=str(error.ref),
                remedy="check the reference, or record it first",
            )
        case Duplicate():
            return _problem(
                ("duplicate", "It is already recorded", 409),
                (detail, path),
                what=error.kind,
                ref=str(error.ref),
                remedy="give a new reference, or read what is recorded",
            )
        case NotPossible():
            return _problem(
                ("not-possible", "There is not so much", 409),
                (detail, path),
                ref=str(error.ref),
                asked=error.asked,
                possible=error.possible,
                remedy=error.remedy,
            )
        case Conflict():
            return _problem(
                ("conflict", "Others were first", 409),
                (detail, path),
                remedy="send the same request again, under the same key",
            )
        case _:
            return unexplained(path)


def unexplained(path: str) -> Problem:
    """Return the problem of which a client need not know more: it is ours."""
    return _problem(
        ("internal-error", "The service failed", 500),
        ("Whether anything was done, the same request under its key tells.", path),
        remedy="send the same request again, under the same key",
    )


def _problem(
    kind: tuple[str, str, int], occurrence: tuple[str, str], **fields: Any
) -> Problem:
    """Return a problem of a kind (name, title, status) at a path."""
    (name, title, status), (detail, path) = kind, occurrence
    return Problem(
        type=KINDS + name,
        title=title,
        status=status,
        detail=detail,
        instance=quote(path),
        **fields,
    )


def shown(value: object) -> str:
    """Return a value as an answer may repeat it: short, and printable."""
    try:
        text = repr(value)
    except ValueError:  # an integer of more digits than Python prints
        text = f"<{type(value).__name__}>"
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


# How the service answers.


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return a problem as a response."""
    return JSONResponse(
        jsonable_encoder(problem, exclude_none=True),
        status_code=problem.status,
        headers=dict(headers or {}),
        media_type=MEDIA_TYPE,
    )


def answer_error(request: Request, error: Exception) -> JSONResponse:
    """Answer an error of the library."""
    path = request.url.path
    if not isinstance(error, BackorderError):
        return answer(unexplained(path))
    problem = problem_of(error, path)
    if problem.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        LOG.error("%s", type(error).__name__, exc_info=error)
    if isinstance(error, Conflict):
        return answer(problem, {"Retry-After": str(RETRY_AFTER_SECONDS)})
    return answer(problem)


def answer_invalid(request: Request, error: Exception) -> JSONResponse:
    """Answer a request that does not have the shape the schema asks for."""
    if not isinstance(error, RequestValidationError):
        return answer(unexplained(request.url.path))
    if isinstance(error.body, bytes):  # FastAPI reads only what says that it is JSON
        return answer_http(request, HTTPException(415, NOT_JSON))
    faults = list(map(_fault, error.errors()))
    first = faults[0]
    return answer(
        _problem(
            ("invalid-request", "The request has another shape", 422),
            (f"{first.where} is {first.value}", request.url.path),
            value=first.value,
            remedy=first.remedy,
            errors=faults,
        )
    )


def _fault(found: Mapping[str, Any]) -> Fault:
    """Return one fault as FastAPI found it."""
    if found["type"] == "json_invalid":
        why = f"{found['ctx']['error']} at offset {found['loc'][-1]}"
        return Fault(where="body", value=f"no JSON: {why}", remedy="send JSON")
    return Fault(
        where=".".join(map(str, found["loc"]))[:LONGEST_VALUE],
        value=shown(found.get("input")),
        remedy=found["msg"],
    )


def answer_http(request: Request, error: Exception) -> JSONResponse:
    """Answer what the web framework refuses: no such path, method, or body."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else ""
    problem = Problem(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=str(detail),
        instance=quote(request.url.path),
    )
    return answer(problem, getattr(error, "headers", None))


def install(app: FastAPI) -> None:
    """Let an app answer every error as a problem, and say so in its schema."""
    app.add_exception_handler(BackorderError, answer_error)
    app.add_exception_handler(RequestValidationError, answer_invalid)
    app.add_exception_handler(HTTPException, answer_http)
    app.add_exception_handler(Exception, answer_error)
    app.openapi = _with_problems(app)  # type: ignore[method-assign]  # FastAPI's way


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the problems an operation may answer with, for its documentation."""
    schema = {"$ref": "#/components/schemas/Problem"}
    seconds = {"description": "seconds to wait", "schema": {"type": "integer"}}
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": schema}},
            "headers": {"Retry-After": seconds} if status == CONFLICT else {},
        }
        for status in sorted({*statuses, 422, 500})
    }


def _with_problems(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Return a function that makes the schema of an app once, problems included."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
            )
            form = Problem.model_json_schema(
                ref_template="#/components/schemas/{model}"
            )
            schemas = schema["components"]["schemas"]
            schemas.update(form.pop("$defs"))
            schemas["Problem"] = form
            app.openapi_schema = schema
        return app.openapi_schema

    return openapi
