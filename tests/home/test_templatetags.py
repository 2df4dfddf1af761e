import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from home.models import User
from home.templatetags.typography import unbroken
from tests.factories import make_news

BAR = "wagtail-userbar"


@pytest.fixture
def page(db):
    return make_news()


def test_an_anonymous_reader_gets_no_bar_and_a_page_that_is_the_same_for_all(page):
    response = Client().get(page.url)

    assert BAR not in response.content.decode()
    assert "Cookie" not in response.headers.get("Vary", "")
    assert not response.cookies


def test_staff_get_the_bar(page):
    editor = User.objects.create_user("editor")
    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(editor)

    response = client.get(page.url)

    assert BAR in response.content.decode()
    assert "Cookie" in response.headers["Vary"]


def test_a_session_without_rights_gets_no_bar(page):
    client = Client()
    client.force_login(User.objects.create_user("nobody"))

    assert BAR not in client.get(page.url).content.decode()


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("CAR-T cells", '<span class="unbroken">CAR-T</span> cells'),
        ("of B-cells", 'of <span class="unbroken">B-cells</span>'),
        ("well-known", "well-known"),
        ("<b>X-ray", '&lt;b&gt;<span class="unbroken">X-ray</span>'),
    ],
)
def test_short_compounds_stay_together_and_markup_stays_text(text, html):
    assert unbroken(text) == html
