"""With REDIS_URL the queue is Redis: what `make run` and deploy/ start must empty it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django_tasks import task_backends
from django_tasks_rq import RQBackend

from tests.treatment_forms.rows import make_delivery
from treatment_forms import tasks
from treatment_forms.states import DeliveryState

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def redis_queue() -> Iterator[None]:
    """The production queue instead of the suite's immediate one."""
    immediate = task_backends["default"]
    task_backends["default"] = RQBackend("default", {})
    yield
    task_backends["default"] = immediate


def test_a_waked_mail_leaves_through_the_redis_worker(
    redis_queue: None, mailoutbox: Any, settings: Any
) -> None:
    assert settings.REDIS_URL
    delivery = make_delivery()

    tasks.wake(delivery.submission_id)
    assert mailoutbox == []
    settings.RQ = {"WORKER_CLASS": "rq.SimpleWorker"}  # in this process, whose mails are seen
    call_command("work", batch=True)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.ACCEPTED
    assert len(mailoutbox) == 1
