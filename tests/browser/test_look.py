"""What a reader who sees, hears or presses badly meets on the demo's pages."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.test.utils import override_settings

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
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LAYOUT_SHIFT = """() => new Promise(done => {
  let sum = 0;
  const add = list => list.getEntries().forEach(e => { if (!e.hadRecentInput) sum += e.value });
  new PerformanceObserver(add).observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 300);
})"""
# Links in running text are exempt, as in WCAG 2.2; a box's label is pressed with it;
# nobody meets the trap.
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input, select, summary")]
  .filter(e => e.type !== "hidden" && getComputedStyle(e).display !== "inline")
  .filter(e => !e.closest(".tf-trap"))
  .filter(e => !(["radio", "checkbox"].includes(e.type) && e.closest("label")))
  .filter(e => { const box = e.getBoundingClientRect(); return box.width && box.height < 43.5 })
  .map(e => e.outerHTML.slice(0, 80))"""


@pytest.fixture
def site(live_server: Any) -> Iterator[str]:
    with override_settings(ALLOWED_HOSTS=["*"]):
        yield live_server.url


def get_flaws(page: Any) -> list[str]:
    found = [
        rule["id"] for rule in Axe().run(page, options={"runOnly": RULES}).response["violations"]
    ]
    if page.evaluate(LAYOUT_SHIFT) > 0.01:
        found.append("layout shift")
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the screen")
    return [*found, *page.evaluate(SMALL_TARGETS)]


@pytest.mark.timeout(600)
def test_no_page_shuts_anybody_out_by_day_or_night_on_a_phone_or_a_desk(
    site: str, browser: Any
) -> None:
    call_command("load_demo")
    flaws = {}
    for width, scheme in ((320, "light"), (1280, "dark")):
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        for path in PATHS:
            page.goto(f"{site}{path}", wait_until="networkidle")
            if found := get_flaws(page):
                flaws[path, width, scheme] = found
        page.close()

    assert flaws == {}


def test_mistakes_in_the_form_are_told_first_and_keep_what_was_typed(site: str, page: Any) -> None:
    page.goto(f"{site}{urlsplit(make_form_page().full_url).path}")
    page.fill("input[name=full_name]", "Anna Example")
    page.evaluate("document.querySelector('[data-tf-form]').noValidate = true")
    page.click("[data-tf-form] button[type=submit]")
    page.wait_for_selector("[data-tf-problems]")

    assert page.evaluate("document.activeElement.matches('[data-tf-problems]')")
    assert page.input_value("input[name=full_name]") == "Anna Example"
    assert get_flaws(page) == []
