"""What the contract says of content is true: schemathesis asks what fits it, and what does not."""

from datetime import date
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from schemathesis.config import SchemathesisConfig

from cms.api import api, tokens
from tests.factories import make_clinic, make_hero, make_news

CONFIG: dict[str, Any] = {
    "seed": 5,
    "headers": {"Accept-Encoding": "identity"},  # its client of WSGI unpacks nothing
    "checks": {
        # What fits the schema may still name a page, a cursor or a language that is not there.
        "positive_data_acceptance": {"enabled": False},
        "negative_data_rejection": {"expected-statuses": ["4xx"]},
        "unsupported_method": {"enabled": False},  # told by tests/treatment_forms
    },
}
PATH = "/en/news/a-new-ward/"
ROOMY: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def load() -> Any:
    config = SchemathesisConfig.from_dict(CONFIG)
    loaded = schemathesis.openapi.from_dict(api.get_openapi_schema(), config=config)
    loaded.app = WSGIHandler()
    return loaded.include(tag="content")


schema = load()


@pytest.fixture
def world(db: Any, one_connection: None) -> dict[str, Any]:
    news = make_news(hero=make_hero(decorative=True), display_date=date(2026, 2, 5))
    make_clinic()
    return {"id": news.pk, "token": tokens.make(news.latest_revision), "path": PATH}


def aim(case: Any, world: dict[str, Any]) -> Any:
    """Half of what fits is to hit something."""
    for name, value in world.items():
        if (
            name in (case.path_parameters or {})
            and case.meta
            and case.meta.generation.mode.is_positive
        ):
            case.path_parameters[name] = value
    return case


@schema.parametrize()
@hypothesis_settings(max_examples=12, derandomize=True, **ROOMY)
def test_every_answer_is_as_the_contract_says(case: Any, world: dict[str, Any]) -> None:
    aim(case, world).call_and_validate()


@pytest.mark.soak
@pytest.mark.timeout(3600)
@schema.parametrize()
@hypothesis_settings(max_examples=2000, **ROOMY)
def test_every_answer_is_as_the_contract_says_however_often(
    case: Any, world: dict[str, Any]
) -> None:
    aim(case, world).call_and_validate()
