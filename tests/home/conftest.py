"""What stands before many doors, made once for all of them."""

from collections.abc import Iterator
from typing import Any

import pytest
from wagtail.models import Page

from tests.home.doors import CLINIC_FLAWS, FLAWS, HEALTHY

DRAFTS = {**FLAWS, **CLINIC_FLAWS, **HEALTHY}


def read_anew(page: Any) -> Any:
    return type(page).objects.get(pk=page.pk)


@pytest.fixture(scope="class")
def flaw(request: pytest.FixtureRequest, kept_rows: Any) -> Iterator[Page]:
    """A draft with this flaw, or none, for all tests of a class that name it."""
    with kept_rows():
        yield DRAFTS[request.param]()


@pytest.fixture
def flawed(flaw: Page, db: None) -> Page:
    """This test's own copy of the draft."""
    return read_anew(flaw)
