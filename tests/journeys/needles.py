"""Words hidden in all that is not for everybody, and a reader who looks for them."""

import json
import re
from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from wagtail.models import Locale, Page

from articles.models import NewsIndexPage, NewsPage
from home.models import Disclaimer, HomePage
from tests.factories import LEAD, add_page, get_home, make_body, make_category, make_news_index
from tests.home.editor import make_administrator

HAY = "haystack"
FEEDS = ("/sitemap.xml", "/news-sitemap.xml", "/robots.txt")
LINK = re.compile(r"""(?:href|src|action)=["']([^"'#]+)|<loc>([^<]+)<""")


class World:
    """Three languages with a news section each, in which needles are hidden by name."""

    def __init__(self) -> None:
        self.hidden: dict[str, list[Page]] = {}
        self.open: dict[str, Page] = {}
        self.news = {"en": make_news_index()}
        self.homes = {"en": get_home()}
        for code, words in (("ru", "Это не совет врача."), ("ar", "هذا ليس نصيحة طبية.")):
            self.add_language(code, words)

    def add_language(self, code: str, words: str) -> None:
        locale, _ = Locale.objects.get_or_create(language_code=code)
        home = self.homes["en"]
        self.homes[code] = add_page(
            Page.objects.get(depth=1),
            HomePage(title="H", slug=f"h-{code}", locale=locale, **twin_of(home)),
        )
        self.news[code] = self.make_section("News", code, self.news["en"])
        text = Disclaimer(
            heading="!", body=f"<p>{words}</p>", key="general", locale=locale, live=False
        )
        text.translation_key = Disclaimer.objects.get(
            key="general", locale=home.locale
        ).translation_key
        text.save()
        text.save_revision(user=make_administrator()).publish(user=make_administrator())

    def make_section(self, title: str, code: str, original: Page | None = None) -> NewsIndexPage:
        home = self.homes[code]
        slug = f"{title.lower()}-{code}"
        page = NewsIndexPage(title=title, slug=slug, locale=home.locale, **twin_of(original))
        return add_page(home, page)

    def hide(
        self, word: str, code: str = "en", parent: Page | None = None, **fields: Any
    ) -> NewsPage:
        page = self.make(word, code, parent, **fields)
        self.hidden.setdefault(word, []).append(page)
        return page

    def show(self, word: str, code: str = "en") -> NewsPage:
        self.open[word] = self.make(word, code)
        return self.open[word]

    def make(
        self,
        word: str,
        code: str,
        parent: Page | None = None,
        original: Page | None = None,
        *,
        live: bool = True,
    ) -> Any:
        parent = parent or self.news[code]
        page = NewsPage(
            title=f"{HAY} {needle(word)}",
            slug=needle(word),
            lead=f"{needle(word)} {LEAD}",
            body=make_body(("paragraph", f"<p>{HAY}: {needle(word)}.</p>")),
            category=make_category(),
            sources=[("source", {"publisher": needle(word)})],
            locale=Locale.objects.get(language_code=code),
            **twin_of(original),
        )
        return add_page(parent, page, live=live)


def needle(word: str) -> str:
    return f"needle-{word}"


def twin_of(original: Page | None) -> dict[str, Any]:
    return {"translation_key": original.translation_key} if original else {}


def close(page: Page) -> None:
    page.view_restrictions.create(restriction_type="login")


class Reader:
    """Somebody without a login who follows every link, and reads every list that has no link."""

    def __init__(self) -> None:
        self.client = Client()
        self.read: dict[str, str] = {}

    def walk(self) -> None:
        queue = deque(self.get_beginnings())
        while queue:
            url = queue.popleft()
            if url in self.read:
                continue
            response = self.client.get(url)
            assert response.status_code in (200, 301, 302, 303, 400, 404, 405, 410, 422), url
            text = b"".join(response) if response.streaming else response.content
            self.read[url] = text.decode(errors="replace") if response.status_code == 200 else ""
            queue.extend(self.get_links(self.read[url]))

    def get_beginnings(self) -> Iterator[str]:
        yield from FEEDS
        yield from (page.url for page in Page.objects.filter(depth__gt=1) if page.url)
        for code, _name in settings.LANGUAGES:
            yield f"/{code}/feed/"
            yield f"/{code}/search/?q={HAY}"
        for path in get_api_lists():
            for code, _name in settings.LANGUAGES:
                yield f"{path}?locale={code}"
                yield f"{path}?locale={code}&q={HAY}"

    def get_links(self, text: str) -> Iterator[str]:
        for match in LINK.finditer(text):
            parts = urlsplit((match[1] or match[2]).replace("&amp;", "&"))
            is_ours = parts.hostname in (None, "localhost", "127.0.0.1", "testserver")
            if is_ours and parts.path.startswith("/") and not is_a_file(parts.path):
                yield parts.path + (f"?{parts.query}" if parts.query else "")

    def find(self, word: str) -> list[str]:
        """Where its needle stands. A search was asked for hay, and repeats that only."""
        return sorted(url for url, text in self.read.items() if needle(word) in text)


def is_a_file(path: str) -> bool:
    return path.startswith(("/static/", "/media/", "/admin/"))


def get_api_lists() -> list[str]:
    """Every address of the API that gives something without being told of what."""
    schema = json.loads(Client().get("/api/v1/openapi.json").content)
    return [
        path for path, methods in schema["paths"].items() if "get" in methods and "{" not in path
    ]
