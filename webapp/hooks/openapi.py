"""The door in OpenAPI's words (3.1), for programs that send to it or try it."""

from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from webapp.access import public

bp = Blueprint("openapi", __name__)

_REFUSALS = {
    400: "The body did not come whole.",
    401: "The signature or key could not be verified, or there is no such webhook.",
    405: "Another method than POST.",
    409: "The message id came before with another body.",
    413: "The body is too large.",
    415: "The content type is none that is read.",
    429: "Too many deliveries in a minute; Retry-After says when the next one may come.",
    503: "It can't be stored now, or the source is paused; Retry-After says when to try again.",
}


@bp.get("/hooks/openapi.json")
@public
def description() -> ResponseReturnValue:
    return jsonify(openapi())


def openapi() -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Offerdock webhooks",
            "version": "1",
            "description": "Offers, sent as they change. How a webhook is signed and what its "
            "records hold is on the page that its agency gives to the vendor.",
        },
        "paths": {
            "/hooks/{public_id}": {
                "parameters": [_PUBLIC_ID],
                "post": {
                    "operationId": "deliver",
                    "summary": "Deliver offers. What is acknowledged is stored for good.",
                    "requestBody": _BODY,
                    "responses": {
                        "200": _answer("The very same message came before.", _ACCEPTED),
                        "202": _answer("Stored; it will be applied at once.", _ACCEPTED),
                        **_refusals(),
                    },
                },
            },
            "/hooks/{public_id}/validate": {
                "parameters": [_PUBLIC_ID],
                "post": {
                    "operationId": "validate",
                    "summary": "What would become of each record. Nothing is stored.",
                    "requestBody": _BODY,
                    "responses": {
                        "200": _answer("What would become of the body.", _CHECKED),
                        "422": _answer("The body can't be read.", _UNREADABLE),
                        **{at: said for at, said in _refusals().items() if at != "409"},
                    },
                },
            },
        },
    }


_PUBLIC_ID = {
    "name": "public_id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "minLength": 1},
}
_ANYTHING: dict[str, Any] = {"schema": {}}
_BODY = {
    "required": False,
    "content": {
        "application/json": _ANYTHING,
        "application/xml": {"schema": {"type": "string"}},
        "application/x-www-form-urlencoded": {"schema": {"type": "object"}},
        "multipart/form-data": {"schema": {"type": "object"}},
    },
}
_ACCEPTED = {
    "type": "object",
    "required": ["delivery", "status"],
    "properties": {
        "delivery": {"type": "integer"},
        "status": {"enum": ["accepted", "repeated"]},
    },
}
_TEXT = {"type": "string"}
_PROBLEM = {
    "type": "object",
    "required": ["code", "severity", "field", "raw", "message", "hint"],
    "properties": {
        "code": _TEXT,
        "severity": {"enum": ["error", "warning", "info"]},
        "field": _TEXT,
        "raw": _TEXT,
        "message": _TEXT,
        "hint": _TEXT,
    },
}
_RESULT = {
    "type": "object",
    "required": ["position", "external_id", "outcome", "problems"],
    "properties": {
        "position": {"type": "integer"},
        "external_id": {"type": ["string", "null"]},
        "outcome": _TEXT,
        "problems": {"type": "array", "items": _PROBLEM},
    },
}
_CHECKED = {
    "type": "object",
    "required": ["readable", "records", "checked", "results"],
    "properties": {
        "readable": {"const": True},
        "records": {"type": "integer"},
        "checked": {"type": "integer"},
        "results": {"type": "array", "items": _RESULT},
        "message": _TEXT,
    },
}
_UNREADABLE = {
    "type": "object",
    "required": ["readable", "cause", "message"],
    "properties": {"readable": {"const": False}, "cause": _TEXT, "message": _TEXT},
}
_REFUSED = {
    "type": "object",
    "required": ["error", "message", "what_to_do"],
    "properties": {
        "error": {"type": "string"},
        "message": {"type": "string"},
        "what_to_do": {"type": "string"},
    },
}


def _refusals() -> dict[str, Any]:
    return {str(status): _answer(words, _REFUSED) for status, words in _REFUSALS.items()}


def _answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
