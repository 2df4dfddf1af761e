"""The endpoints that give content: rows of documents, joined as the bytes they are stored as.

Plain views, asked before any routing and without Ninja, which would cost as much as the statement;
`cms.api.pages` describes them for the contract.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from wagtail.models import Locale

from cms.api import answers, cursors, query
from cms.delivery import disclaimers, facets, read
from cms.delivery.stamps import make_etag
from treatment_forms.api.problems import Problem

FRAME = 1  # another one when what stands around the rows of a list is written otherwise
MOST = 100
FEW = 20
PAGING: Mapping[str, query.Read] = {
    "locale": query.locale,
    "limit": query.between(1, MOST),
    "cursor": query.text,
    "fields": query.some_of("card", "body"),
}
NEWS: Mapping[str, query.Read] = {
    **PAGING,
    "category": query.slug,
    "specialty": query.slug,
    "country": query.country,
    "clinic": query.number,
    "since": query.day,
}
CLINICS: Mapping[str, query.Read] = {
    **PAGING,
    "specialty": query.slug,
    "country": query.country,
}
LANGUAGE: Mapping[str, query.Read] = {
    "locale": query.locale,
    "fallback": query.one_of("none", "default"),
}
BY_PATH: Mapping[str, query.Read] = {**LANGUAGE, "path": query.path}


# --- Lists ----------------------------------------------------------------------------


def news(request: HttpRequest) -> HttpResponse:
    return answer_list(request, "news", NEWS)


def clinics(request: HttpRequest) -> HttpResponse:
    return answer_list(request, "clinic", CLINICS)


def answer_list(
    request: HttpRequest, kind: str, parameters: Mapping[str, query.Read]
) -> HttpResponse:
    given = query.read_query(request.META["QUERY_STRING"], parameters)
    asked, name = read_listing(kind, given)
    stamps = read.get_stamps(asked) if answers.get_known(request) else None
    if stamps:
        found = answers.not_modified(request, make_list_stamp(stamps, asked, name), asked.locale)
        if found is not None:
            return found
    rows = read.get_list(asked) if stamps != [] else []
    if not rows:
        check_locale(asked.locale)
    stamp = make_list_stamp([row.stamp for row in rows], asked, name)
    found = answers.not_modified(request, stamp, asked.locale)
    return found or answers.answer(request, stamp, write_list(rows, asked, name), asked.locale)


def read_listing(kind: str, given: Mapping[str, Any]) -> tuple[read.Listing, Sequence[str]]:
    """What is asked for, and a name for it that its cursors carry."""
    locale = given.get("locale", settings.LANGUAGE_CODE)
    filters = [(name, given[name]) for name in facets.ORDER if name in given]
    since = given["since"].isoformat() if "since" in given else ""
    name = (kind, locale, since, *(f"{key}={value}" for key, value in filters))
    fields = given.get("fields", {"card"})
    asked = read.Listing(
        kind=kind,
        locale=locale,
        filters=filters,
        since=since.encode(),
        after=cursors.read(name, given["cursor"]) if "cursor" in given else None,
        limit=given.get("limit", FEW),
        with_card="card" in fields,
        with_body="body" in fields,
    )
    return asked, name


def make_list_stamp(stamps: Sequence[str], asked: read.Listing, name: Sequence[str]) -> str:
    """A name for the very bytes of this list, told without reading them. Two lists may begin with
    the same rows, and yet each goes on by a cursor of its own."""
    shown = " ".join(stamps[: asked.limit])
    shape = (FRAME, name, asked.with_card, asked.with_body, len(stamps) > asked.limit)
    return make_etag(repr(shape).encode(), shown.encode())


def write_list(rows: Sequence[read.ListRow], asked: read.Listing, name: Sequence[str]) -> bytes:
    shown = rows[: asked.limit]
    cursor = b"null"
    if len(rows) > asked.limit:
        last = shown[-1]
        cursor = b'"%b"' % cursors.write(name, bytes(last.position), last.page_id).encode()
    if not asked.with_body:
        cards = b'},{"card":'.join([row.card for row in shown])
        items = b'{"card":%b}' % cards if shown else b""
        return b'{"items":[%b],"next":%b}' % (items, cursor)
    items = b",".join(write_item(row, asked) for row in shown)
    texts = b",".join(sorted({row.disclaimer for row in shown if row.disclaimer is not None}))
    return b'{"items":[%b],"disclaimers":[%b],"next":%b}' % (items, texts, cursor)


def write_item(row: read.ListRow, asked: read.Listing) -> bytes:
    card = b'"card":%b,' % row.card if asked.with_card else b""
    return b'{%b"body":%b}' % (card, get_body(row))


def get_body(row: read.ListRow | read.PageRow) -> bytes:
    """What is stored leaves open which version of its disclaimer a page shows."""
    body = row.body or b"null"
    if row.disclaimer_key is None or row.disclaimer_version is None:
        return body
    return disclaimers.with_version(body, row.disclaimer_key, row.disclaimer_version)


def check_locale(code: str) -> None:
    """An empty list may be a list in a language that there is not."""
    codes = sorted(Locale.objects.values_list("language_code", flat=True))
    if code not in codes:
        words = _("There is no language “%(code)s” here.") % {"code": code}
        raise Problem(404, "unknown_locale", words, field="locale", locales=codes)


# --- One page -------------------------------------------------------------------------


def page_by_id(request: HttpRequest, page_id: str) -> HttpResponse:
    given = query.read_query(request.META["QUERY_STRING"], LANGUAGE)
    number = query.number("id", page_id)
    locale = given.get("locale")
    if locale is None:  # the page itself: there is nothing to fall back from
        return answer_page(request, lambda **o: read.get_page(number, **o), None, False)
    fallback = given.get("fallback") == "default"
    return answer_page(
        request,
        lambda **o: read.get_twins(number, (locale or "", get_other(locale, fallback)), **o),
        locale,
        fallback,
    )


def page_by_path(request: HttpRequest) -> HttpResponse:
    given = query.read_query(request.META["QUERY_STRING"], BY_PATH)
    if "path" not in given:
        raise Problem(400, "missing_parameter", _("The parameter “path” is needed."), field="path")
    path = given["path"]
    locale = given.get("locale") or get_language_of(path)
    fallback = given.get("fallback") == "default"
    locales = (locale, get_other(locale, fallback))
    paths = get_same_in_other_languages(path)
    return answer_page(
        request, lambda **o: read.get_twins_by_path(paths, locales, **o), locale, fallback
    )


def get_other(locale: str | None, fallback: bool) -> str:
    return settings.LANGUAGE_CODE if fallback else (locale or "")


def get_language_of(path: str) -> str:
    code = path.split("/", 2)[1].lower()
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def get_same_in_other_languages(path: str) -> list[str]:
    """The path, and the same with the prefix of each other language: slugs are the same in all."""
    codes = [code for code, _name in settings.LANGUAGES]
    first, _sign, rest = path[1:].partition("/")
    others = [f"/{code}/{rest}" for code in codes if code != first]
    if first not in codes:
        others = [path] * len(codes)  # one statement for all
    return [path, *others][: len(codes)]


def answer_page(request: HttpRequest, ask: Any, locale: str | None, fallback: bool) -> HttpResponse:
    """The page in the language asked for, or the default one, or a problem that tells which."""
    known = answers.get_known(request)
    # Two statements at most: where a second disclaimer may be one, the texts come at once.
    stamps_only = bool(known) and not fallback
    rows = ask(stamps_only=stamps_only)
    row = choose(rows, locale, fallback)
    if row is None:
        raise tell_languages(rows, locale)
    asked_locale = locale or row.locale
    extra = None
    if asked_locale != row.locale:
        extra = read.get_disclaimer(row.page_id, asked_locale)
    stamp = make_stamp(row, asked_locale, extra)
    if known:
        found = answers.not_modified(request, stamp, row.locale)
        if found is not None:
            return found
    if stamps_only:
        row = choose(ask(stamps_only=False), locale, fallback)
        if row is None:
            raise tell_languages(rows, locale)
        stamp = make_stamp(row, asked_locale, extra)
    return answers.answer(request, stamp, write_page(row, asked_locale, extra), row.locale)


def choose(rows: Iterable[read.PageRow], locale: str | None, fallback: bool) -> read.PageRow | None:
    by_locale = {row.locale: row for row in rows}
    if locale is None:
        return next(iter(by_locale.values()), None)
    found = by_locale.get(locale)
    return found or (by_locale.get(settings.LANGUAGE_CODE) if fallback else None)


def tell_languages(rows: Sequence[read.PageRow], locale: str | None) -> Problem:
    if not rows:
        return Problem(404, "not_found", _("There is nothing here."))
    words = _("This page is not there in the language “%(code)s”.") % {"code": locale}
    codes = sorted(row.locale for row in rows)
    return Problem(404, "not_in_this_language", words, field="locale", available=codes)


def make_stamp(row: read.PageRow, locale: str, extra: tuple[str, bytes] | None) -> str:
    parts = [row.etag]
    if row.disclaimer_etag:
        parts.append(row.disclaimer_etag)
    if locale != row.locale:
        parts.append(locale)
    if extra:
        parts.append(extra[0])
    return ".".join(parts)


def write_page(row: read.PageRow, locale: str, extra: tuple[str, bytes] | None) -> bytes:
    texts = [text for text in (row.disclaimer, extra[1] if extra else None) if text]
    return (
        b'{"requested_locale":"%b","content_locale":"%b","is_fallback":%b,'
        b'"disclaimers":[%b],"page":%b}'
    ) % (
        locale.encode(),
        row.locale.encode(),
        b"false" if locale == row.locale else b"true",
        b",".join(texts),
        get_body(row),
    )
