"""Why a file is not taken. The code is part of the contract, the words are the visitor's."""

from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Fault(TextChoices):
    EMPTY = "empty", _("“%(name)s” is empty (0 bytes). Please choose it again.")
    TOO_BIG = (
        "too_big",
        _("“%(name)s” is too big: %(size)s. Each file may have up to %(limit)s."),
    )
    TOO_MANY = (
        "too_many",
        _("“%(name)s” was not kept: up to %(count)s files can be sent with one request."),
    )
    TYPE = (
        "type",
        _(
            "“%(name)s” is not a kind of file that we can take. Please send a photo (JPEG, PNG, "
            "WebP, HEIC), PDF, DICOM, ZIP, Word (DOCX), Excel (XLSX) or plain text (TXT) file."
        ),
    )
    DAMAGED = (
        "damaged",
        _(
            "“%(name)s” could not be opened: it is damaged or not complete, or the picture in it "
            "is too large. Please check that it opens on your device and choose it again, or send "
            "a photo or a screenshot of it."
        ),
    )
    ENCRYPTED = (
        "encrypted",
        _(
            "“%(name)s” is locked with a password, so nobody here could read it. Please send a "
            "copy without a password, or photos of its pages."
        ),
    )
    ARCHIVE = (
        "archive",
        _(
            "“%(name)s” holds something that we cannot take: a program, another archive, a kind "
            "of file that is not on our list, or too many files. Please send your documents and "
            "pictures one by one. From a hospital disc, send a ZIP file of only the folder with "
            "the pictures (its name is often DICOM)."
        ),
    )
    ACTIVE = (
        "active",
        _(
            "“%(name)s” holds macros, scripts or other commands that can start by themselves. "
            "Please open it, save or print it as a simple PDF and send that, or send photos of "
            "its pages."
        ),
    )
    MALWARE = (
        "malware",
        _("“%(name)s” did not pass the safety check and was deleted. Please send another copy."),
    )
    GONE = (
        "gone",
        _("A file that you sent before is no longer here. Please choose it again."),
    )
    NOT_KEPT = (
        "not_kept",
        _("“%(name)s” could not be kept just now. Please choose it again."),
    )


@dataclass(frozen=True)
class FileError:
    """What is wrong with one file of a request, or with its files as such.

    Attributes:
        file: the one that was received or staged; None where there is none to show.
        token: of an upload that is not here.
    """

    code: str
    text: str
    file: Any = None
    token: str = ""

    def __str__(self) -> str:
        return self.text
