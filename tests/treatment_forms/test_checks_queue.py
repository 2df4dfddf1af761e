"""A host that has no worker hears of it before it goes live."""

import pytest
from django.core.checks import run_checks

from treatment_forms.checks import IMMEDIATE, check_addresses, check_queue, check_rates


@pytest.mark.parametrize(
    ("tasks", "warnings"),
    [
        ({}, ["treatment_forms.W006"]),
        ({"default": {"BACKEND": IMMEDIATE}}, ["treatment_forms.W006"]),
        ({"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}, []),
    ],
)
def test_mail_inside_the_request_is_warned_of(settings, tasks, warnings):
    settings.TASKS = tasks

    assert [warning.id for warning in check_queue()] == warnings


@pytest.mark.parametrize("is_production", [True, False])
def test_the_check_is_one_of_those_for_production(settings, is_production):
    settings.TASKS = {}

    told = run_checks(tags=["security"], include_deployment_checks=is_production)

    assert ("treatment_forms.W006" in {message.id for message in told}) == is_production


def test_a_host_that_does_not_mount_the_addresses_is_told(settings):
    assert check_addresses() == []

    settings.ROOT_URLCONF = "wagtail.urls"

    assert [error.id for error in check_addresses()] == ["treatment_forms.E007"]


@pytest.mark.parametrize("rate", ["10 a minute", "0/1h", "1/99999999999d", f"{10**20}/1h"])
def test_a_rate_that_nobody_can_count_by_is_told(settings, rate):
    assert check_rates() == []

    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_LINKS": rate}

    assert [error.id for error in check_rates()] == ["treatment_forms.E004"]
