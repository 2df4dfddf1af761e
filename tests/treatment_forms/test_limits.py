"""Who counts as one sender."""

import pytest
from django.test import RequestFactory

from treatment_forms.services.limits import get_sender


def get(address):
    return get_sender(RequestFactory().get("/", REMOTE_ADDR=address))


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:198.51.100.9", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::9", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("unknown", "192.0.2.1", False),
    ],
)
def test_an_address_is_one_sender_and_so_is_an_ipv6_network(one, other, are_one):
    assert (get(one) == get(other)) is are_one
