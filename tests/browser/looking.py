"""What a picky reader sees on a page: asked of the browser, and kept as pictures."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.files.storage import default_storage

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
# Words that are wider than the box they stand in: cut off, or over their neighbours.
CUT_OFF = """() => [...document.body.querySelectorAll("*")]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
  .filter(e => !e.closest(".visually-hidden, .tf-hidden, .tf-trap, .table__scroll, svg, select"))
  .filter(e => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1)
  .map(e => "cut off: " + e.outerHTML.slice(0, 80))"""
# Lines that do not fit into their box, and stand on its edge or below it. What is opened may.
SPILLED = """() => [...document.querySelectorAll("main *, header *, footer *")]
  .filter(e => e.innerText && e.clientHeight > 1 && e.scrollHeight > e.clientHeight + 8)
  .filter(e => !e.closest(".visually-hidden, .tf-hidden, .tf-trap, svg, select, textarea, details"))
  .filter(e => !e.querySelector("details[open]"))
  .map(e => "spilled: " + e.outerHTML.slice(0, 80))"""
# Name, language and search of a page's head that do not share one line.
BROKEN_HEAD = """() => {
  const parts = ".site-header__name, .site-header .languages, .site-header__search";
  const middles = [...document.querySelectorAll(parts)].map(e => e.getBoundingClientRect())
    .map(box => box.top + box.height / 2);
  return Math.max(...middles) - Math.min(...middles) > 8 ? ["the head breaks its line"] : [];
}"""
# Of the letters that can be seen, those of the language's own script: of all, and of those that are
# in a language. What is told to be in none (`translate="no"`) is the name of the site, telephone
# numbers, e-mail and web addresses, a clinic's legal name, references, and what languages call
# themselves: nobody could read them in another script.
OWN_LETTERS = r"""script => {
  const own = new RegExp(`\\p{Script=${script}}`, "u");
  const count = element => {
    const letters = element.innerText.match(/\p{L}/gu) || [];
    return [letters.filter(letter => own.test(letter)).length, letters.length];
  };
  const [ours, all] = count(document.body);
  const names = [...document.querySelectorAll("[translate=no]")].map(count);
  const [ourNames, allNames] = names.reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
  return [ours / all, (ours - ourNames) / (all - allNames)];
}"""


def show_pictures(page: Any) -> None:
    """As nginx would; the server of a test answers each with a whole page of "not there"."""

    def answer(route: Any) -> None:
        name = unquote(urlsplit(route.request.url).path.removeprefix(settings.MEDIA_URL))
        with default_storage.open(name) as file:
            route.fulfill(body=file.read())

    page.route(f"**{settings.MEDIA_URL}**", answer)


def get_flaws(page: Any) -> list[str]:
    found = get_violations(page)
    if page.evaluate(LAYOUT_SHIFT) > 0.01:
        found.append("layout shift")
    return [*found, *get_overflow(page)]


def get_violations(page: Any, part: str | None = None) -> list[str]:
    """What axe says of the page, or of a part of it."""
    told = Axe().run(page, context=part, options={"runOnly": RULES}).response["violations"]
    return [rule["id"] for rule in told]


def get_overflow(page: Any) -> list[str]:
    is_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    wide = ["wider than the screen"] if is_wide else []
    return [
        *wide,
        *page.evaluate(SMALL_TARGETS),
        *page.evaluate(CUT_OFF),
        *page.evaluate(SPILLED),
        *page.evaluate(BROKEN_HEAD),
    ]


def keep_picture(page: Any, name: str) -> None:
    """For whoever wants to see it: `LOOKS_DIR=/some/folder`."""
    if folder := os.environ.get("LOOKS_DIR"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
