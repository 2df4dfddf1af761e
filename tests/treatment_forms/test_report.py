"""What is put down when a request could not be taken."""

import pytest
from django.db import InterfaceError, OperationalError, connection

from treatment_forms.models import Alarm
from treatment_forms.services.report import report

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("trouble", [InterfaceError, OperationalError])
def test_a_failure_is_logged_also_while_the_database_is_down(caplog, trouble):
    def fail(*asked):
        raise trouble("the connection is closed")

    with connection.execute_wrapper(fail):
        code = report(KeyError("Vera"))

    assert f"code {code}: KeyError" in caplog.text
    assert f"Code {code}: no alarm" in caplog.text
    assert "Vera" not in caplog.text
    assert not Alarm.objects.exists()
