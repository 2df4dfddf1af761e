"""What goes over the wire. The descriptions are the app developer's documentation."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field

MAX_ENTRIES = 200  # as many as a form post may hold; how many are taken is the form's own limit

Name = Annotated[str, Field(min_length=1, max_length=1000, description="As its sender calls it.")]
Size = Annotated[int, Field(ge=0, le=2**53, description="Bytes.")]
Sha256 = Annotated[
    str, Field(pattern="^[0-9a-f]{64}$", description="Of the bytes, in lower-case hex.")
]
Token = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,64}$")]
Answer = str | bool | int | float | list[str] | None


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ManifestEntry(Strict):
    """One file of the request."""

    upload: Annotated[
        Token | None,
        Field(description="Its id, where it came through `/uploads`; absent for a `files` part."),
    ] = None
    name: Name
    size: Size
    sha256: Sha256


Manifest = Annotated[
    list[ManifestEntry],
    Field(
        max_length=MAX_ENTRIES,
        description=(
            "Every file of the request. Those without `upload` stand in the order of the `files` "
            "parts. When anything is missing or is not what is written here, nothing is taken."
        ),
    ),
]


class SubmissionRequest(Strict):
    locale: Annotated[
        str,
        Field(min_length=2, max_length=20, description="Of the form, and of what is answered."),
    ]
    answers: Annotated[
        dict[str, Answer],
        Field(
            description=(
                "By the field's key. Text, dates (`YYYY-MM-DD`), telephone numbers (beginning "
                "with `+`, or with the country's code in `<key>-country`), keys of choices, "
                "countries (two letters) and pages (their key): a string. Several choices: a list "
                "of keys. Yes or no, consents: true or false. Numbers: a number or a string. "
                "Leave out what is not answered, or say null."
            )
        ),
    ]
    manifest: Manifest = []
    source_page: Annotated[
        int | None,
        Field(ge=1, lt=10**9, description="The id of the page that the sender came from."),
    ] = None


class FilesRequest(Strict):
    manifest: Annotated[Manifest, Field(min_length=1)]


FileState = Literal["not_yet", "clean", "infected", "unscannable", "released"]  # of `Verdict`


class TakenFile(Schema):
    name: str
    size: int
    sha256: str
    state: Annotated[
        FileState,
        Field(
            description=(
                "`not_yet`: still being checked, nobody can open it. `infected`: it did not pass "
                "and was deleted."
            )
        ),
    ]


class Receipt(Schema):
    """The request is stored whole."""

    reference: Annotated[str, Field(pattern="^TR-[0-9A-Z]{4}-[0-9A-Z]{4}$")]
    state: Annotated[Literal["received"], Field(description="What is known at this moment.")]
    files: list[TakenFile]
    status_token: Annotated[
        str,
        Field(
            description=(
                "Opens the status, takes more files and withdraws the request: keep it as you "
                "keep a password, and send it as `Authorization: Bearer` only."
            )
        ),
    ]
    status_url: str


class FilesReceipt(Schema):
    """The files are part of the request. One that was there already is not kept twice."""

    reference: str
    files: Annotated[list[TakenFile], Field(description="Those of this call.")]


Step = Annotated[datetime | None, Field(description="Null: not (yet).")]


class Status(Schema):
    """How far a request is, as its sender may know it."""

    reference: str
    state: Literal["received", "opened", "withdrawn"]
    received_at: datetime
    checked_at: Step
    sent_at: Annotated[
        Step, Field(description="A mail server has our mail to the coordinator. No proof yet.")
    ]
    delivered_at: Annotated[Step, Field(description="It has arrived, or the request was read.")]
    read_at: Step
    added_at: Annotated[Step, Field(description="When files were added last.")]
    withdrawn_at: Step
    files: Annotated[list[TakenFile], Field(description="None once it is withdrawn.")]


class KeptFile(Schema):
    """A file of a refused request: it need not be sent again within a day."""

    upload: str
    name: str
    size: int
    sha256: str


class ProblemDetail(Schema):
    """What is wrong with one answer, one file or one member."""

    code: str
    detail: Annotated[str, Field(description="For the person before the screen.")]
    field: Annotated[str, Field(description="The key of the answer.")] | None = None
    file: Annotated[int, Field(description="Its place in the manifest, from 0.")] | None = None
    pointer: Annotated[str, Field(description="RFC 6901, into what was sent.")] | None = None


class Problem(Schema):
    """RFC 9457. `code` never changes; `detail` is in the asked language."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[ProblemDetail] | None = None
    kept: list[KeptFile] | None = None
    field: Annotated[str, Field(description="The parameter at fault.")] | None = None
    locales: Annotated[list[str], Field(description="Languages there are.")] | None = None
    available: Annotated[list[str], Field(description="Languages this is in.")] | None = None
    incident: Annotated[str, Field(description="To ask about, with a 500.")] | None = None


def inline(schema: type[Strict]) -> dict[str, Any]:
    """The JSON Schema of a body that we read ourselves, with nothing left to look up."""
    document = schema.model_json_schema()
    return dict(_resolve(document, document.pop("$defs", {})))


def _resolve(node: Any, known: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_resolve(one, known) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _resolve(known[node["$ref"].rpartition("/")[2]], known)
    return {key: _resolve(value, known) for key, value in node.items()}
