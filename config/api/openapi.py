"""The OpenAPI 3.1 description, made from what each view declares and from the types that it reads and answers."""

from __future__ import annotations

import dataclasses
import re
import types
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from accounts.roles import ACTION_NAMES, ALLOWED, ROLE_NAMES, SCOPES, scope_of
from config.api import catalogueshapes, postureshapes, releaseshapes, shapes, workshapes
from config.api.operations import Content, Operation, Page, RecordOf
from config.api.problems import KINDS, MEDIA_TYPE
from engine import inputs
from engine.schema import WRITTEN, assessment_schema, result_schema

Json = dict[str, Any]
SCALARS: Final[Mapping[Any, Json]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    Decimal: {"type": "string", "pattern": WRITTEN},
    Any: {},
}
SHAPES: Final = (shapes, workshapes, catalogueshapes, postureshapes, releaseshapes)
ENGINE_NAMES: Final = {"Inputs": "Assessment", "Organisation": "OrganisationAnswers"}
IDS: Final = {
    "organisation_id": "The organisation's id: org_…",
    "record_id": "The record's id.",
    "task_id": "The task's id: task_…",
    "register": "The register's id, like gaps.",
    "waiver_id": "The waiver's id: wvr_…",
    "evidence_id": "The evidence's id: ev_…",
    "number": "The number of the version.",
    "member_id": "The person's id: usr_…",
    "invitation_id": "The invitation's id: inv_…",
    "snapshot_id": "The snapshot's id: snap_…",
    "run_id": "The run's id: run_…",
    "key": "The use case's key.",
    "scenario_id": "The scenario's id: scn_…",
    "template_key": "The template's key, as its list names it.",
    "report_id": "The board paper's id: rep_…",
    "regime": "The regime's id, like GDPR.",
    "requirement_id": "The requirement's id, like Art. 30(1).",
    "control_id": "The common control's id, like backup-and-recovery.",
    "status": "The status of the problem.",
}
REQUEST_ID: Final = {"$ref": "#/components/headers/X-Request-Id"}
SECURITY: Final[Json] = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key of one organisation: Authorization: Bearer sxt_… "
        f"Its scopes say what it may do: {', '.join(SCOPES)}.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-session",
        "description": "The session of a person who signed in; changes also need the header X-CSRFToken.",
    },
}


def document() -> Json:
    """The whole description. Equal code gives an equal document."""
    found: Json = SchemaGenerator().get_schema(request=None, public=True)
    found["components"] = {
        "schemas": components(),
        "responses": {str(code): _problem_response(code) for code in KINDS},
        "headers": HEADERS,
        "securitySchemes": SECURITY,
    }
    return found


class Description(AutoSchema):
    """DRF's hook: one operation of the description from one declared operation of a view."""

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any
    ) -> Json | None:
        view: Any = self.view
        operation: Operation | None = view.operation(method)
        if operation is None:
            return None
        ids = re.findall(r"\{(\w+)\}", path)
        found: Json = {
            "operationId": f"{method.lower()}{type(view).__name__}",
            "summary": operation.summary,
            "description": _who(view.access.kind, operation),
            "tags": [_tag(path)],
            "security": _security(view.access.kind, operation),
            "parameters": [*_path_parameters(ids), *_other_parameters(operation)],
            "responses": {
                str(operation.status): _success(operation),
                **{
                    str(code): {"$ref": f"#/components/responses/{code}"}
                    for code in sorted(_refusals(view.access.kind, operation, ids))
                },
            },
        }
        if operation.body is not None:
            content = _form(operation.body) if operation.upload else _json(operation.body)
            found["requestBody"] = {"required": _needs_body(operation.body), "content": content}
        return {key: value for key, value in found.items() if value != [] or key == "security"}


def _who(kind: str, operation: Operation) -> str:
    if kind == "public":
        return "Open to everybody."
    if operation.action is None:
        return "For whoever signed in."
    roles = [ROLE_NAMES[role] for role, actions in ALLOWED.items() if operation.action in actions]
    return f"{ACTION_NAMES[operation.action]}: {', '.join(roles)}."


def _security(kind: str, operation: Operation) -> list[Json]:
    if kind == "public":
        return []
    with_key = operation.action in ALLOWED["api_client"] or (
        operation.action is None and 403 not in operation.problems
    )
    scope = scope_of(operation.action) if operation.action else None
    return [{"key": [scope] if scope else []}, {"session": []}] if with_key else [{"session": []}]


def _tag(path: str) -> str:
    parts = [part for part in path.removeprefix("/api/v1/").split("/") if part and "{" not in part]
    return (parts[1] if len(parts) > 1 and parts[1] != "restore" else parts[0]).removesuffix(".json")


def _path_parameters(ids: list[str]) -> Iterator[Json]:
    for name in ids:
        kind = "integer" if name in ("status", "number") else "string"
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": IDS[name],
            "schema": {"type": kind},
        }


def _other_parameters(operation: Operation) -> Iterator[Json]:
    for parameter in operation.query:
        yield {
            "name": parameter.name,
            "in": "query",
            "description": parameter.text,
            "schema": parameter.schema,
        }
    if operation.versioned:
        text = "The ETag of the thing as you read it."
        yield {
            "name": "If-Match",
            "in": "header",
            "required": True,
            "description": text,
            "schema": {"type": "string"},
        }


def _refusals(kind: str, operation: Operation, ids: list[str]) -> set[int]:
    found = {400, 405, 406, 429, *operation.problems}
    if kind != "public":
        found.add(401)
    if operation.action is not None:
        found.add(403)
    if ids:
        found.add(404)
    if operation.body is not None:
        found |= {413, 415}
    if operation.versioned:
        found |= {412, 428}
    return found


def _success(operation: Operation) -> Json:
    headers: Json = {"X-Request-Id": REQUEST_ID}
    if operation.located:
        headers["Location"] = {"$ref": "#/components/headers/Location"}
    if operation.status == 202:
        headers["Retry-After"] = {"$ref": "#/components/headers/Retry-After"}
    if isinstance(operation.answer, Page):
        headers["Link"] = {"$ref": "#/components/headers/Link"}
    elif not isinstance(operation.answer, Content) and operation.status in (200, 201):
        headers["ETag"] = {"$ref": "#/components/headers/ETag"}
    media_type = operation.answer.media_type if isinstance(operation.answer, Content) else "application/json"
    text = {200: "Done.", 201: "Created.", 202: "Queued; follow it at Location."}[operation.status]
    content = {media_type: {"schema": _answer(operation.answer)}}
    return {"description": text, "headers": headers, "content": content}


def _answer(answer: Any) -> Json:
    if isinstance(answer, Content):
        return answer.schema
    if isinstance(answer, Page):
        return {
            "type": "object",
            "additionalProperties": False,
            "required": ["items", "next"],
            "properties": {
                "items": {"type": "array", "items": _answer(answer.item)},
                "next": {"type": ["string", "null"], "format": "uri"},
            },
        }
    if isinstance(answer, RecordOf):
        return {"$ref": f"#/components/schemas/{_name(answer.part)}Record"}
    return _ref(answer)


def _json(body: type) -> Json:
    return {"application/json": {"schema": _ref(body)}}


def _form(body: type) -> Json:
    """A form with the fields of a body and a file."""
    described = _object(body)
    described["properties"]["file"] = {"type": "string", "format": "binary"}
    described["required"] = [*described.get("required", ()), "file"]
    return {"multipart/form-data": {"schema": described}}


def _needs_body(body: type) -> bool:
    return any(spec.metadata.get("required") for spec in dataclasses.fields(body)) or body is inputs.Inputs


def _problem_response(code: int) -> Json:
    headers: Json = {"X-Request-Id": REQUEST_ID}
    if code == 401:
        headers["WWW-Authenticate"] = {"$ref": "#/components/headers/WWW-Authenticate"}
    if code == 405:
        headers["Allow"] = {"$ref": "#/components/headers/Allow"}
    content = {MEDIA_TYPE: {"schema": _ref(shapes.Problem)}}
    return {"description": f"{KINDS[code].title}. {KINDS[code].text}", "headers": headers, "content": content}


def _header(text: str, kind: str = "string") -> Json:
    return {"description": text, "schema": {"type": kind}}


HEADERS: Final[Json] = {
    "Allow": _header("The methods that the address takes."),
    "ETag": _header("The version of the thing; send it as If-Match with a change."),
    "Link": _header('The next page, as rel="next"; absent on the last one.'),
    "Location": _header("The address of the new thing."),
    "Retry-After": _header("After how many seconds to look.", "integer"),
    "WWW-Authenticate": _header("How to authenticate."),
    "X-Request-Id": _header("The request's id, as it stands in the logs and in a problem's instance."),
}


def _name(cls: type) -> str:
    ours = cls.__module__ in [module.__name__ for module in SHAPES]
    return cls.__name__ if ours else ENGINE_NAMES.get(cls.__name__, cls.__name__)


def _ref(cls: type) -> Json:
    return {"$ref": f"#/components/schemas/{_name(cls)}"}


def components() -> Json:
    """The schemas of all that the API reads and answers, by name."""
    found: Json = {}
    for module in SHAPES:
        for cls in vars(module).values():
            if isinstance(cls, type) and dataclasses.is_dataclass(cls) and cls.__module__ == module.__name__:
                _add(found, cls.__name__, _object(cls))
    for title, described in (
        ("Assessment", assessment_schema()),
        ("Result", result_schema()),
    ):
        for name, part in {title: described, **described.pop("$defs")}.items():
            part.pop("$schema", None)
            _add(found, ENGINE_NAMES.get(name, name), _moved(part))
    for part in (
        inputs.Organisation,
        inputs.DataAsset,
        inputs.Vendor,
        inputs.BaseModel,
        inputs.Budget,
        inputs.PriceOverride,
        inputs.UseCase,
        inputs.RegimeScope,
        inputs.ControlAnswer,
        inputs.CommonControlAnswer,
    ):
        record = _object(shapes.Record)
        record["properties"]["record"] = _ref(part)
        _add(found, f"{_name(part)}Record", record)
    del found["Record"]
    return dict(sorted(found.items()))


def _add(found: Json, name: str, described: Json) -> None:
    if name in found and found[name] != described:
        raise ValueError(f"Two different types are called {name}. Right: a name of its own for each.")
    found[name] = described


def _moved(value: Any) -> Any:
    """A schema whose references into `$defs` lead to the components."""
    if isinstance(value, list):
        return [_moved(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        name = value["$ref"].removeprefix("#/$defs/")
        return value | {"$ref": f"#/components/schemas/{ENGINE_NAMES.get(name, name)}"}
    return {key: _moved(item) for key, item in value.items()}


def _object(cls: Any) -> Json:
    hints, fields = get_type_hints(cls), dataclasses.fields(cls)
    optional = [f.name for f in fields if f.default is not dataclasses.MISSING]
    needed = [f.name for f in fields if f.name not in optional]
    return {
        "type": "object",
        "description": " ".join((cls.__doc__ or "").split()),
        "additionalProperties": False,
        "properties": {f.name: _property(f, hints[f.name]) for f in fields},
        **({"required": needed} if needed else {}),
    }


def _property(spec: dataclasses.Field[Any], kind: Any) -> Json:
    found = dict(_kind(kind))
    if spec.metadata.get("format"):
        found["format"] = spec.metadata["format"]
    if spec.metadata.get("note"):
        found["description"] = spec.metadata["note"]
    if isinstance(spec.default, str | int) and spec.default != "":
        found["default"] = spec.default
    return found


def _kind(kind: Any) -> Json:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        some = _kind(next(member for member in inner if member is not type(None)))
        return (
            {**some, "type": [some["type"], "null"]}
            if "type" in some
            else {"anyOf": [some, {"type": "null"}]}
        )
    if origin is Literal:
        return {"type": "string", "enum": list(inner)}
    if origin is tuple:
        return {"type": "array", "items": _kind(inner[0])}
    if origin is not None:
        return {"type": "object", "additionalProperties": _kind(inner[1]) or True}
    if dataclasses.is_dataclass(kind):
        return _ref(kind)  # type: ignore[arg-type]
    return SCALARS[kind]
