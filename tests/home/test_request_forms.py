"""No page, menu, list or report leads to a form that readers do not see, and editors are told."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page, PageViewRestriction, Site

from home.checklist import get_cards
from home.models import HomePage, SiteSettings, StandardPage
from home.publishing import problems
from home.publishing.report import get_rows
from tests.factories import add_page, get_home, make_body, make_clinic, make_news
from tests.home.editor import enter, make_administrator
from tests.treatment_forms.pages import get_approver, make_field, make_form_page
from treatment_forms.models import TreatmentFormPage, approve_consents

pytestmark = pytest.mark.django_db

CALL = ("request_call", {"heading": "", "text": "", "button": "Write to us"})


def get(url: str) -> str:
    return Client().get(url).content.decode()


def get_line(code: str = "en") -> Any:
    """What the checklist says of the form."""
    card = next(card for card in get_cards() if card.language.code == code)
    return next(line for line in card.lines if line.title.startswith("Request form"))


def get_refused(form: Page) -> list[Any]:
    return [row for row in get_rows(make_administrator()) if row.page.pk == form.pk]


def choose(form: Page) -> SiteSettings:
    settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    settings.request_page = form
    settings.save()
    return settings


# Where a form is advertised, each by whether it is now.
ADS: dict[str, Callable[[Any, Page, Page], bool]] = {
    "teaser": lambda form, news, clinic: "Go to the request form" in get(news.url),
    "section of an article": lambda form, news, clinic: 'id="request"' in get(news.url),
    "section of a clinic": lambda form, news, clinic: 'id="request"' in get(clinic.url),
    "call in the text": lambda form, news, clinic: "Write to us" in get(news.url),
    "menu, head and foot": lambda form, news, clinic: f'href="{form.url}"' in get(get_home().url),
    "search": lambda form, news, clinic: f'href="{form.url}"' in get("/en/search/?q=questionnaire"),
    "sitemap": lambda form, news, clinic: f"{form.url}<" in get("/sitemap.xml"),
    "apps": lambda form, news, clinic: Client().get(f"/api/v1/pages/{form.pk}").status_code == 200,
    "article in apps": lambda form, news, clinic: (
        f'"key":"{form.translation_key}"' in get(f"/api/v1/pages/{news.pk}")
    ),
    "checklist": lambda form, news, clinic: get_line().is_done,
    "no row in the report": lambda form, news, clinic: not get_refused(form),
}


def test_a_form_that_nobody_approved_is_advertised_nowhere_until_somebody_does() -> None:
    cache.clear()
    form = make_form_page(title="Questionnaire", slug="ask", show_in_menus=True)
    choose(form)
    world = (form, make_news(body=make_body(CALL)), make_clinic())

    def where() -> dict[str, bool]:
        call_command("documents", rebuild=True)  # what was changed behind our back
        return {name: is_there(*world) for name, is_there in ADS.items()}

    assert where() == dict.fromkeys(ADS, True)

    form.fields.filter(field_type="consent").update(help_text=f"Nobody read this: {uuid4()}")
    assert where() == dict.fromkeys(ADS, False)
    assert "Nobody has approved its consents" in get_line().note
    [row] = get_refused(form)
    assert (row.state, row.page_type) == ("live, but not served", "Request form")
    told = enter().get(reverse("refused_pages")).content.decode()
    assert "Nobody has approved its consents" in told

    approve_consents(TreatmentFormPage.objects.get(pk=form.pk), by=get_approver())
    assert where() == dict.fromkeys(ADS, True)


@pytest.mark.parametrize(
    ("change", "is_shown"),
    [
        (lambda twin: None, True),
        (lambda twin: twin.unpublish(), False),
        (lambda twin: PageViewRestriction.objects.create(page=twin), False),
        (lambda twin: twin.fields.update(help_text=f"Никто не читал: {uuid4()}"), False),
        (lambda twin: twin.delete(), False),
    ],
)
def test_a_reader_is_shown_the_form_in_the_language_of_the_page_or_none(
    change: Callable[[Any], Any], is_shown: bool
) -> None:
    russian = Locale.objects.get_or_create(language_code="ru")[0]
    home = get_home()
    here = {"locale": russian, "translation_key": home.translation_key}
    home = add_page(home.get_parent(), HomePage(title="Главная", slug="ru", **here))
    form = make_form_page()
    twin = TreatmentFormPage(title="Заявка", slug="ask", recipients="a@example.org", locale=russian)
    twin.translation_key = form.translation_key
    twin.fields = [make_field("consent", "agreed", label="Согласие")]
    approve_consents(twin, by=get_approver())
    twin = add_page(home, twin)
    settings = choose(form)

    change(twin)

    shown = settings.get_request_page(russian)
    assert (shown is not None) == is_shown
    assert shown in (None, twin)
    assert get_line("ru").is_done == is_shown


def test_a_page_without_a_form_is_not_chosen_as_one() -> None:
    form = make_form_page()
    plain = add_page(get_home(), StandardPage(title="About", slug="about", body=[]))
    news = make_news(live=False, request_form="another", request_page=plain)

    assert [problem.code for problem in problems(news)] == ["request_page_without_form"]
    with pytest.raises(ValidationError) as refused:
        SiteSettings(site=Site.objects.get(), request_page=plain).full_clean(exclude=["site"])
    assert refused.value.message_dict.keys() == {"request_page"}

    choose(plain)  # before it was refused
    assert "shows no request form" in get_line().note
    assert enter().get(get_line().url, follow=True).status_code == 200
    assert 'id="request"' not in get(make_news(title="Second", slug="second").url)

    news.request_page = form
    assert problems(news) == []
