"""Requests as a table: the same columns in every language, no files, and told in the history.

The columns of answers are called by their keys, and a choice is written as its key: labels are
renamed and translated, keys are not. Columns of ours hold a point, which no key does.
"""

import csv
import logging
from collections.abc import Callable, Iterable, Iterator
from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse, Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from treatment_forms.desk import access
from treatment_forms.desk.listing import RequestList
from treatment_forms.http import keep_private
from treatment_forms.models import Submission, SubmissionEvent

logger = logging.getLogger(__name__)

Row = list[str]
CHUNK = 200
FACTS: dict[str, Callable[[Submission], str]] = {
    "request.reference": lambda one: one.reference,
    "request.received_at": lambda one: one.received_at.isoformat(timespec="seconds"),
    "request.status": lambda one: one.status,
    "request.form": lambda one: str(one.form_key),
    "request.language": lambda one: one.language_code,
    "request.test": lambda one: say(one.is_test),
}
# What a spreadsheet takes for the beginning of a formula, or leaves out on its way to one.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class RequestExport(RequestList):
    """What the list shows with the same filters, all pages of it. A POST: it leaves a trace."""

    http_method_names = ["post"]

    def post(self, request: Any, kind: str) -> HttpResponseBase:
        if not access.may_export(request.user):
            logger.warning("Export refused to user %s", request.user.pk)
            raise Http404
        pks = list(self.get_queryset().prefetch_related(None).values_list("pk", flat=True))
        note(pks, kind, actor_id=request.user.pk)
        response = WRITERS[kind](list_rows(pks))
        name = f"requests-{timezone.localdate().isoformat()}.{kind}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return keep_private(response)


def note(pks: list[int], kind: str, *, actor_id: int) -> None:
    """Before anything leaves: who has it, stands in the history of each."""
    SubmissionEvent.objects.bulk_create(
        (
            SubmissionEvent(
                submission_id=pk,
                kind=SubmissionEvent.Kind.EXPORTED,
                actor_id=actor_id,
                happened_at=timezone.now(),
                detail={"format": kind},
            )
            for pk in pks
        ),
        batch_size=1000,
    )
    logger.info("User %s exported %s requests", actor_id, len(pks))


def list_rows(pks: list[int]) -> Iterator[Row]:
    """The header, then a row for each request; a few hundred of them in memory at a time."""
    keys = find_keys(one.form_snapshot for one in load(pks, "form_snapshot"))
    yield [*FACTS, *keys]
    for one in load(pks):
        answers = one.answers
        yield [*(read(one) for read in FACTS.values()), *(say(answers.get(key)) for key in keys)]


def load(pks: list[int], *fields: str) -> Iterator[Submission]:
    """In this order, and only these: what came since is not told in anybody's history."""
    rows = Submission.objects.only(*fields) if fields else Submission.objects
    for start in range(0, len(pks), CHUNK):
        found = rows.in_bulk(pks[start : start + CHUNK])
        yield from (found[pk] for pk in pks[start : start + CHUNK] if pk in found)


def find_keys(snapshots: Iterable[list[dict[str, Any]]]) -> list[str]:
    """The keys of all fields that any of these senders saw, in the order of the forms."""
    keys: dict[str, None] = {}
    for snapshot in snapshots:
        keys |= {field["key"]: None for field in snapshot if field.get("kind") != "files"}
    return list(keys)


def say(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(say, value))
    return "" if value is None else str(value)


# --- The two formats -----------------------------------------------------------------


class Echo:
    """A file that gives back what is written: `csv` writes lines, the response sends them."""

    def write(self, line: str) -> str:
        return line


def write_csv(rows: Iterator[Row]) -> HttpResponseBase:
    writer = csv.writer(Echo())
    lines = (writer.writerow([disarm(text) for text in row]) for row in rows)
    return StreamingHttpResponse(with_mark(lines), content_type="text/csv; charset=utf-8")


def with_mark(lines: Iterator[str]) -> Iterator[str]:
    yield "\ufeff"  # or Excel takes Cyrillic and Arabic for Latin-1
    yield from lines


def disarm(text: str) -> str:
    """With a sign before it that spreadsheets read as: this is text."""
    is_armed = text.startswith(FORMULA) or text.lstrip().startswith(FORMULA)
    return f"'{text}" if is_armed else text


def write_xlsx(rows: Iterator[Row]) -> HttpResponseBase:
    """Written row by row to a file on disk; a text stays a text, whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("requests")
    for row in rows:
        sheet.append([make_cell(sheet, text) for text in row])
    file = TemporaryFile()  # noqa: SIM115  (the response closes it)
    book.save(file)
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, content_type=kind)


def make_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    return cell


WRITERS: dict[str, Callable[[Iterator[Row]], HttpResponseBase]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
}
