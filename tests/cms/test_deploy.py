"""What deploy/ ships, against what the application says of itself."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.urls import reverse

from tests.checks import PRODUCTION
from tests.cms.test_settings import read
from treatment_forms import conf
from treatment_forms.models.pages import MAX_FILES
from treatment_forms.views import SLACK_BYTES

DEPLOY = Path(settings.BASE_DIR) / "deploy"
RUNNING = (Path(settings.BASE_DIR) / "docs" / "running.md").read_text()
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


def test_a_server_whose_variables_are_filled_in_starts_and_trusts_its_proxy() -> None:
    shipped = dict(re.findall(r"^(\w+)=(.*)$", (DEPLOY / "cms.env").read_text(), re.MULTILINE))
    [table] = re.findall(r"^## Variables$(.*?)^## ", RUNNING, re.MULTILINE | re.DOTALL)
    needed = re.findall(r"^\| `(\w+)` \|[^|]*\| \*\*needed\*\*", table, re.MULTILINE)
    filled = {name: value or PRODUCTION[name] for name, value in shipped.items()}

    settings = read("production", **filled)

    assert needed
    assert set(needed) <= shipped.keys()
    assert settings["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert settings["DATABASES"]["default"]["NAME"] == "cms"


def test_every_command_that_is_told_or_started_is_there() -> None:
    places = [*DEPLOY.glob("systemd/*"), DEPLOY / "compose.yaml", DEPLOY / "Dockerfile"]
    texts = {path.name: path.read_text() for path in places} | {"running.md": RUNNING}
    told = {name: set(re.findall(r"manage\.py ([a-z_]+)", text)) for name, text in texts.items()}

    assert set().union(*told.values()) <= get_commands().keys()
    assert told["cms-worker.service"] == {"work"}
    assert {"work", "sweep", "publish_scheduled", "set_up"} <= told["compose.yaml"]


def test_the_installation_makes_what_the_units_count_on() -> None:
    [steps] = re.findall(r"^## Install$.*?```sh\n(.*?)```", RUNNING, re.MULTILINE | re.DOTALL)
    units = "".join(path.read_text() for path in DEPLOY.glob("systemd/*.service"))

    users = set(re.findall(r"^User=(\w+)$", units, re.MULTILINE))
    assert set(re.findall(r"^useradd .* (\w+)$", steps, re.MULTILINE)) == users
    [(old, new)] = re.findall(r"^sed 's/([^/]+)/([^/]+)/' deploy/nginx.conf", steps, re.MULTILINE)
    assert NGINX.count(f"{old};") == 1
    assert f"--bind={new.removeprefix('server ')} " in units
