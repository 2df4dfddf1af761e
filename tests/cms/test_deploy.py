"""What deploy/ ships, against what the application says of itself."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from treatment_forms import conf
from treatment_forms.models.pages import MAX_FILES
from treatment_forms.views import SLACK_BYTES

DEPLOY = Path(settings.BASE_DIR) / "deploy"
NGINX = (DEPLOY / "nginx.conf").read_text()
KEY = "TR-2345-6789:a-key_that-opens"


def log(address: str) -> str:
    """What nginx writes for an address: the first pattern of its map that fits, else the last."""
    [rows] = re.findall(r"map \$uri \$discreet_uri \{(.*?)\}", NGINX, re.DOTALL)
    for pattern, told in re.findall(r"~(\S+)\s+(\S+);", rows):
        if re.search(pattern, address):
            return str(told)
    return address


def test_the_proxy_lets_through_all_that_the_application_refuses_in_words() -> None:
    [megabytes] = re.findall(r"^\s*client_max_body_size (\d+)m;", NGINX, re.MULTILINE)

    read = MAX_FILES * conf.get("MAX_FILE_BYTES") + SLACK_BYTES

    assert int(megabytes) * conf.MIB > read


@pytest.mark.parametrize(
    "name",
    ["treatment_forms:status", "treatment_forms:files", "api-v1:upload", "api-v1:get_preview"],
)
def test_the_proxys_log_holds_no_key(name: str) -> None:
    address = reverse(name, args=[KEY])

    assert KEY in address
    assert KEY not in log(address)
    assert KEY not in log(address.replace("/en/", "/ar/"))


@pytest.mark.parametrize("address", ["/en/news/requests/", "/api/v1/uploads", "/api/v1/news"])
def test_the_proxys_log_tells_every_other_address(address: str) -> None:
    assert log(address) == address
