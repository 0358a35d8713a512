"""The door does what its OpenAPI description says, whatever programs send."""

import pytest
import schemathesis
from conftest import SECRET
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from webapp.models import Webhook

EXAMPLES = 80
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


def test_the_description_names_every_answer_of_the_door(client: FlaskClient) -> None:
    described = client.get("/hooks/openapi.json").json
    assert described is not None
    assert set(described["paths"]["/hooks/{public_id}"]["post"]["responses"]) == {
        "200", "202", "400", "401", "405", "409", "413", "415", "429", "503",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/hooks/{public_id}", "/hooks/{public_id}/validate"])
@pytest.mark.parametrize("is_known", [True, False])
def test_generated_requests_get_the_answers_that_are_described(
    app: Flask, webhook: Webhook, is_known: bool, path: str
) -> None:
    schema = schemathesis.openapi.from_wsgi("/hooks/openapi.json", app)
    operation = schema[path]["post"]
    public_id = webhook.public_id if is_known else "nobody"
    answered = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(case=operation.as_strategy())
    def send(case: schemathesis.Case) -> None:
        case.path_parameters = {"public_id": public_id}
        case.headers = {**(case.headers or {}), "X-Api-Key": SECRET}
        response = case.call()
        answered.add(response.status_code)
        case.validate_response(response, checks=list(CHECKS))

    send()
    understood = {200, 422} if path.endswith("validate") else {202}
    assert answered >= (understood if is_known else {401})
