"""The REST door described for programs: an OpenAPI 3.1 document, its schemas made from the types themselves."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from fyke import __version__
from fyke.doors.rest_forms import Answer, Labelling, Problem, Submission, Taught
from fyke.model.envelope import Envelope
from fyke.model.record import Record

_TYPES: Final = (Submission, Labelling, Answer, Record, Taught, Problem, Envelope)
_MAIL: Final[dict[str, Any]] = {"message/rfc822": {}, "application/octet-stream": {}}


def document() -> dict[str, Any]:
    """The whole document."""
    _, components = msgspec.json.schema_components(_TYPES, ref_template="#/components/schemas/{name}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "fyke",
            "version": __version__,
            "description": "Judges mails and files, and learns from what people say of them.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "paths": {
            "/v1/scan": {"post": _scan()},
            "/v1/files": {"post": _files()},
            "/v1/labels": {"post": _labels()},
            "/v1/openapi.json": {"get": _page("describe", "This document", "application/json")},
            "/healthy": {"get": _page("healthy", "Whether the service lives", "text/plain")},
            "/ready": {"get": _page("ready", "Whether it takes mail", "text/plain")},
            "/metrics": {"get": _page("metrics", "What it counts", "application/openmetrics-text")},
        },
        "components": {"schemas": components, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _scan() -> dict[str, Any]:
    names = [name for name in Envelope.__struct_fields__ if name != "rcpt_to"]
    listed = {"type": "array", "items": {"type": "string"}}
    return {
        "operationId": "scan",
        "summary": "Judge a mail",
        "description": "The envelope comes in the query, in fields such as X-Fyke-Mail-From, or in the JSON.",
        "parameters": [
            *(_parameter(name, {"type": "string"}) for name in names),
            _parameter("rcpt_to", listed) | {"style": "form", "explode": True},
        ],
        "requestBody": _body({**_MAIL, "application/json": {"schema": _ref("Submission")}}),
        "responses": _responses("Answer", "What became of it"),
    }


def _files() -> dict[str, Any]:
    return {
        "operationId": "look",
        "summary": "Judge a file",
        "parameters": [_parameter("name", {"type": "string"})],
        "requestBody": _body({"application/octet-stream": {}}),
        "responses": _responses("Record", "What was found"),
    }


def _labels() -> dict[str, Any]:
    return {
        "operationId": "label",
        "summary": "Say what a mail is, or forget what was said",
        "parameters": [_parameter("label", {"type": "string"}), _parameter("account", {"type": "string"})],
        "requestBody": _body({**_MAIL, "application/json": {"schema": _ref("Labelling")}}),
        "responses": _responses("Taught", "What came of it"),
    }


def _page(name: str, text: str, kind: str) -> dict[str, Any]:
    return {"operationId": name, "summary": text, "responses": {"200": {"description": text, "content": {kind: {}}}}}


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


def _body(content: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": content}


def _responses(name: str, text: str) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": _ref("Problem")}}
    return {
        "200": {"description": text, "content": {"application/json": {"schema": _ref(name)}}},
        "default": {"description": "Why there is no answer", "content": problem},
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
