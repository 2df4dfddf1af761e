"""The least code that could answer: one indexed statement, and its text."""

from django.db import connection
from django.http import HttpRequest, HttpResponse

LIST = (
    "SELECT card FROM delivery_document WHERE kind = 'news' AND locale = 'en' AND is_public"
    " ORDER BY position DESC, page_id DESC LIMIT 20"
)
SEARCH = (
    "SELECT d.card FROM finding_words w JOIN delivery_document d USING (page_id),"
    " plainto_tsquery('english', 'ward') q WHERE w.stems @@ q AND w.locale = 'en' AND d.is_public"
    " ORDER BY ts_rank_cd(w.stems, q) DESC LIMIT 20"
)


def answer(content: bytes) -> HttpResponse:
    """With its length, which Django's middleware adds: the clients keep their connections."""
    return HttpResponse(content, headers={"Content-Length": str(len(content))})


def list_cards(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(LIST)
        return answer(b",".join(bytes(row[0]) for row in cursor))


def search(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(SEARCH)
        return answer(b",".join(bytes(row[0]) for row in cursor))


def read_page(request: HttpRequest, page_id: int) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM delivery_document WHERE page_id = %s", [page_id])
        return answer(bytes(cursor.fetchone()[0]))


def read_stamp(request: HttpRequest, page_id: int) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT etag FROM delivery_document WHERE page_id = %s", [page_id])
        return answer(cursor.fetchone()[0].encode())
