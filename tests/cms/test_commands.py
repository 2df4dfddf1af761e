from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import checks
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page, Site
from wagtail.tasks import update_reference_index_task

from cms.checks import (
    check_attachments_are_private,
    check_mail_leaves,
    check_mailbox_is_absent,
    check_no_development_logins,
)
from cms.delivery.tasks import draw
from cms.management.commands.load_demo import catch_up
from tests.checks import PRODUCTION
from tests.cms.test_settings import read
from tests.factories import make_hero, make_image, make_news

DJANGO_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("site_url", "hostname", "port"),
    [
        ("https://www.example.org", "www.example.org", 443),
        ("http://www.example.org", "www.example.org", 80),
        ("http://127.0.0.1:8123", "127.0.0.1", 8123),
    ],
)
def test_wagtails_site_gets_the_address_of_the_environment(
    settings: Any, site_url: str, hostname: str, port: int
) -> None:
    settings.SITE_URL = site_url

    call_command("set_up_site")
    call_command("set_up_site")

    site = Site.objects.get()
    assert (site.hostname, site.port) == (hostname, port)
    assert site.root_url == site_url


@pytest.mark.django_db
def test_demo_content_is_not_loaded_where_somebody_works() -> None:
    get_user_model().objects.create_user("somebody")
    before = Page.objects.count()

    call_command("load_demo", if_empty=True)

    assert Page.objects.count() == before


@pytest.mark.django_db
def test_demo_content_is_refused_outside_development(settings: Any) -> None:
    del settings.LOGINS_FILE

    with pytest.raises(CommandError, match="development"):
        call_command("load_demo")


@pytest.mark.django_db
def test_production_refuses_demo_logins_and_names_them(settings: Any) -> None:
    settings.PASSWORD_HASHERS = read("dev")["PASSWORD_HASHERS"]
    user = get_user_model().objects.create_user("editor", password="correct horse battery")
    assert user.check_password("correct horse battery")
    assert check_no_development_logins(databases=["default"]) == []

    settings.PASSWORD_HASHERS = DJANGO_HASHERS

    user.refresh_from_db()
    assert not user.check_password("correct horse battery")
    [error] = check_no_development_logins(databases=["default"])
    assert "editor" in error.msg
    assert isinstance(error, checks.Error)


@pytest.mark.django_db
def test_a_new_password_makes_a_demo_login_an_ordinary_one(settings: Any) -> None:
    settings.PASSWORD_HASHERS = DJANGO_HASHERS
    get_user_model().objects.create_user("editor", password="correct horse battery")

    assert check_no_development_logins(databases=["default"]) == []


def test_the_check_of_logins_asks_the_database_only_when_told_to() -> None:
    assert check_no_development_logins() == []


@pytest.mark.parametrize(
    ("public", "private", "refused"),
    [
        ({"location": "var/media"}, {"location": "var/attachments"}, False),
        ({"location": "var/media"}, {"location": "var/media/attachments"}, True),
        ({"location": "var/media"}, {"location": "var/media"}, True),
        ({"bucket_name": "one"}, {"bucket_name": "two"}, False),
        ({"bucket_name": "one"}, {"bucket_name": "one"}, True),
        ({"bucket_name": "one"}, {"location": "var/attachments"}, False),
    ],
)
def test_patients_papers_beside_public_pictures_are_an_error(
    settings: Any, public: dict[str, str], private: dict[str, str], refused: bool
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "", "OPTIONS": public},
        "attachments": {"BACKEND": "", "OPTIONS": private},
    }

    assert bool(check_attachments_are_private()) is refused


@pytest.mark.parametrize(
    ("backend", "refused"),
    [
        ("django.core.mail.backends.smtp.EmailBackend", False),
        ("anymail.backends.postmark.EmailBackend", False),
        ("django.core.mail.backends.filebased.EmailBackend", True),
        ("django.core.mail.backends.console.EmailBackend", True),
    ],
)
def test_a_server_whose_mail_goes_nowhere_is_an_error(
    settings: Any, backend: str, refused: bool
) -> None:
    settings.EMAIL_BACKEND = backend

    assert bool(check_mail_leaves()) is refused


def test_the_mailbox_on_a_server_is_an_error() -> None:
    assert check_mailbox_is_absent()  # these settings have it


def test_make_help_has_one_line_for_each_target() -> None:
    makefile = Path(__file__).resolve().parents[2] / "Makefile"
    lines = makefile.read_text().splitlines()
    promised = {"run", "test", "test-services", "soak", "bench", "help"}

    documented = {line.partition(":")[0] for line in lines if "  ## " in line}

    assert documented == promised


def test_the_made_up_production_environment_is_enough() -> None:
    assert read("production", **PRODUCTION)["DEBUG"] is False


@pytest.mark.django_db
def test_a_check_of_the_whole_project_finds_nothing() -> None:
    out = StringIO()

    call_command("check", databases=["default"], stdout=out)

    assert "no issues" in out.getvalue()


@pytest.mark.django_db(transaction=True)  # what is asked for on commit is asked for at once
def test_the_demo_is_indexed_once_and_leaves_no_tasks_but_those_that_draw_its_pictures(
    settings: Any,
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    update_reference_index_task.enqueue("home", "standardpage", "1")
    began = timezone.now()
    page = make_news(title="Zanzibar", hero=make_hero(make_image(), decorative=True))

    catch_up(since=began)

    earlier, *drawings = DBTaskResult.objects.order_by("enqueued_at")
    assert earlier.task_path == update_reference_index_task.module_path
    assert {one.task_path for one in drawings} == {draw.module_path}
    assert [found.pk for found in Page.objects.search("Zanzibar")] == [page.pk]
