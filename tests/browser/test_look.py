"""What a reader who sees, hears or presses badly meets on the demo's pages."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test.utils import override_settings

from tests.browser.looking import (
    OWN_LETTERS,
    get_flaws,
    get_overflow,
    get_violations,
    keep_picture,
    show_pictures,
)
from tests.demo import load_demo
from tests.treatment_forms.pages import make_form_page

PATHS = (
    "/en/",
    "/en/news/",
    "/en/news/?category=guides",
    "/en/news/car-t-cell-therapy-adults-moscow/",
    "/en/news/cell-therapy-registry/",
    "/en/clinics/?country=DE",
    "/en/clinics/morgentau-clinic/",
    "/en/request/",
    "/en/search/?q=heart",
    "/en/privacy/",
    "/en/nothing/",
)
WIDTHS = (360, 1280)
# Direction, and the script in which nine letters of ten are to be.
LANGUAGES = {"en": ("ltr", "Latin"), "ru": ("ltr", "Cyrillic"), "ar": ("rtl", "Arabic")}
PAGES = {
    "home": "",
    "news": "news/",
    "article": "news/car-t-cell-therapy-adults-moscow/",
    "clinic": "clinics/morgentau-clinic/",
    "form": "request/",
    "search": "search/?q=CAR-T",
    "nowhere": "nothing/",
}
# A few lines, above a foot of the page that holds the site's name and addresses: a tenth of the
# letters would be too many for them alone. Their words are counted without these.
SHORT = {"languages", "nowhere", "thanks", "status"}
PARTS = {"languages": ".languages"}  # opened, it covers others
FORM = "[data-tf-form]"


@pytest.fixture
def site(live_server: Any) -> Iterator[str]:
    with override_settings(ALLOWED_HOSTS=["*"]):
        yield live_server.url


@pytest.mark.timeout(900)
def test_no_page_shuts_anybody_out_in_any_language_by_day_or_night_on_a_phone_or_a_desk(
    site: str, browser: Any, settings: Any
) -> None:
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_SUBMISSIONS": "100/10m"}
    load_demo()
    flaws = {}
    for width, scheme in ((320, "light"), (1280, "dark")):
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        show_pictures(page)
        for path in PATHS:
            page.goto(f"{site}{path}")
            if found := get_flaws(page):
                flaws[path, width, scheme] = found
        page.close()
    for width in WIDTHS:
        page = browser.new_page(viewport={"width": width, "height": 900})
        show_pictures(page)
        for code in LANGUAGES:
            for name in visit(page, f"{site}/{code}/"):
                keep_picture(page, f"{name}-{code}-{width}")
                found = [*get_overflow(page), *get_foreign(page, name, code)]
                found += get_violations(page, PARTS.get(name))
                if found:
                    flaws[name, code, width] = found
        page.close()

    assert flaws == {}


def visit(page: Any, home: str) -> Iterator[str]:
    """The pages of a language, one after the other, and last what becomes of a request."""
    for name, path in PAGES.items():
        page.goto(f"{home}{path}")
        yield name
    page.click(".languages summary")
    yield "languages"
    page.goto(f"{home}request/")
    page.evaluate(f"document.querySelector('{FORM}').noValidate = true")
    page.click(f"{FORM} button[type=submit]")
    page.wait_for_selector("[data-tf-problems]")
    yield "errors"
    page.goto(f"{home}request/")
    fill_in(page.locator(FORM))
    page.click(f"{FORM} button[type=submit]")
    page.wait_for_selector(".tf-thanks")
    yield "thanks"
    page.click(".tf-thanks a[href*='/requests/']")
    page.wait_for_selector(".tf-status")
    yield "status"


def fill_in(form: Any) -> None:
    for box in form.locator("input[type=radio] >> visible=true").all()[:1]:
        box.check()
    for box in form.locator("input[type=checkbox] >> visible=true").all():
        box.check()
    for field in form.locator("select[required] >> visible=true").all():
        field.select_option(index=1)
    for field in form.locator("input[type=text] >> visible=true").all():
        field.fill("Aigerim Sadykova")
    form.locator("input[type=email]").fill("aigerim@example.org")
    form.locator("textarea >> visible=true").fill("Our son is six years old.")


def get_foreign(page: Any, name: str, code: str) -> Iterator[str]:
    """What does not read as this language is read."""
    direction, script = LANGUAGES[code]
    told = page.evaluate("[document.documentElement.lang, document.documentElement.dir]")
    if told != [code, direction]:
        yield f"says that it is {told}"
    whole, in_words = page.evaluate(OWN_LETTERS, script)
    share = in_words if name in SHORT else whole
    if share < 0.9:
        yield f"{share:.0%} of its letters are {script}"


def test_mistakes_in_the_form_are_told_first_and_keep_what_was_typed(site: str, page: Any) -> None:
    page.goto(f"{site}{urlsplit(make_form_page().full_url).path}")
    page.fill("input[name=full_name]", "Anna Example")
    page.evaluate("document.querySelector('[data-tf-form]').noValidate = true")
    page.click("[data-tf-form] button[type=submit]")
    page.wait_for_selector("[data-tf-problems]")

    assert page.evaluate("document.activeElement.matches('[data-tf-problems]')")
    assert page.input_value("input[name=full_name]") == "Anna Example"
    assert get_flaws(page) == []
