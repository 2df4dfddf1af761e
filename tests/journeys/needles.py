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
API = "/api/v1"
FILTERS = (
    *("news?fields=card,body", "clinics?fields=body", "news?category=news&fields=body"),
    *("news?country=NZ", "news?since=2020-01-01&limit=100", "clinics?country=NZ"),
    *("search?q=haystack&limit=50", "search?q=staff", "sync?limit=500", "forms?"),
)
FEEDS = ("/sitemap.xml", "/news-sitemap.xml", "/robots.txt")
LINK = re.compile(r"""(?:href|src|action)=["']([^"'#]+)|<loc>([^<]+)<""")


class World:
    """Three languages with a news section each, in which needles are hidden by name."""

    def __init__(self) -> None:
        self.hidden: dict[str, list[Page]] = {}
        self.hidden_from_apps: dict[str, list[Page]] = {}
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

    def show(self, word: str, code: str = "en", **fields: Any) -> NewsPage:
        self.open[word] = self.make(word, code, **fields)
        return self.open[word]

    def make(
        self,
        word: str,
        code: str,
        parent: Page | None = None,
        original: Page | None = None,
        *,
        live: bool = True,
        **fields: Any,
    ) -> Any:
        parent = parent or self.news[code]
        texts = {
            "title": f"{HAY} {needle(word)}",
            "slug": needle(word),
            "lead": f"{needle(word)} {LEAD}",
            "body": make_body(("paragraph", f"<p>{HAY}: {needle(word)}.</p>")),
            "category": make_category(),
            "sources": [("source", {"publisher": needle(word)})],
        }
        locale = Locale.objects.get(language_code=code)
        page = NewsPage(locale=locale, **twin_of(original), **(texts | fields))
        return add_page(parent, page, live=live)


def needle(word: str) -> str:
    return f"needle-{word}"


def twin_of(original: Page | None) -> dict[str, Any]:
    return {"translation_key": original.translation_key} if original else {}


def close(page: Page) -> None:
    page.view_restrictions.create(restriction_type="login")


class Reader:
    """Somebody without a login who follows every link, reads every list that has no link, and asks
    the API for every page in every way there is."""

    def __init__(self, *previews: str) -> None:
        """
        Args:
            previews: tokens of previews of pages that are open.
        """
        self.client = Client(headers={"Accept-Encoding": "identity"})
        self.previews = previews
        self.read: dict[str, str] = {}
        self.named: set[str] = set()
        """What has a validator: there is something to be had."""

    def walk(self) -> None:
        queue = deque(self.get_beginnings())
        while queue:
            url = queue.popleft()
            if url in self.read:
                continue
            response = self.client.get(url)
            assert response.status_code in (200, 301, 302, 303, 400, 404, 405, 410, 422), url
            text = b"".join(response) if response.streaming else response.content
            self.read[url] = text.decode(errors="replace")
            if "ETag" in response.headers:
                self.named.add(url)
            if response.status_code == 200:
                queue.extend(self.get_links(self.read[url]))

    def get_beginnings(self) -> Iterator[str]:
        yield from FEEDS
        yield from (f"{API}/preview/{token}" for token in self.previews)
        for page in Page.objects.filter(depth__gt=1):
            path = get_path(page)
            yield path
            yield f"{API}/pages/{page.pk}"
            yield f"{API}/pages/{page.pk}?locale={settings.LANGUAGE_CODE}&fallback=default"
            yield f"{API}/pages/by-path?path={path}&fallback=default"
            yield f"{API}/news?clinic={page.pk}&fields=card,body"
        for code, _name in settings.LANGUAGES:
            yield f"/{code}/feed/"
            yield f"/{code}/search/?q={HAY}"
            yield from (f"{API}/{question}&locale={code}" for question in FILTERS)
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
        """Where its needle stands. No answer repeats what it was asked for."""
        return sorted(url for url, text in self.read.items() if needle(word) in text.lower())


def get_path(page: Page) -> str:
    """Below its language, on whatever site, and also where it has no address."""
    found = page.get_url_parts()
    return str(found[2]) if found and found[2] else f"/en{page.url_path.removeprefix('/home')}"


def is_a_file(path: str) -> bool:
    return path.startswith(("/static/", "/media/", "/admin/"))


def get_api_lists() -> list[str]:
    """Every address of the API that gives something without being told of what."""
    schema = json.loads(Client().get("/api/v1/openapi.json").content)
    return [
        path for path, methods in schema["paths"].items() if "get" in methods and "{" not in path
    ]
