"""One tree, told apart by what the caller does next. Facts only: the edge finds the words."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError

DATABASE_TROUBLE = (OperationalError, InterfaceError)
"""It is not there, or not for now; PostgreSQL's says either when it restarts."""


class TreatmentFormsError(Exception):
    """Base of everything this plugin raises on purpose."""


class FormRefused(TreatmentFormsError, ValidationError):
    """A form may not go live as it is. Tell the editor; nothing was changed.

    Holds its messages by field: wagtail-localize crashes on any other ValidationError.
    """

    def __init__(self, page: Any, problems: dict[str, list[ValidationError]]) -> None:
        self.page = page
        ValidationError.__init__(self, problems)


class TransitionNotAllowed(TreatmentFormsError):
    """The table has no such step. A mistake in the code."""


class Stale(TreatmentFormsError):
    """The row has moved on since the caller looked. Reload, or leave it to whoever moved it."""


class StorageDown(TreatmentFormsError):
    """The private storage did not take or give the bytes. Ask the visitor to try again later."""


class NoRoom(TreatmentFormsError):
    """A request can hold only so many files. Ask its sender to choose.

    Args:
        room: how many more it can hold.
    """

    def __init__(self, room: int) -> None:
        super().__init__(room)
        self.room = room


class ScannerTrouble(TreatmentFormsError):
    """The scanner gave no verdict. The file stays unopened and is scanned again later."""


class InspectionTrouble(TreatmentFormsError):
    """No parser could look at the file, by our fault. It stays unopened and is looked at later."""


class FileClosed(TreatmentFormsError):
    """Nobody may open this file, for now or for ever: its row tells. Nothing was given away."""


class NoReason(TreatmentFormsError):
    """A file is released with a reason in words, or not at all."""


class FormClosed(TreatmentFormsError):
    """Nobody stands behind the form's consents: it may take nothing. Say so; nothing was kept."""


class BodyBroken(TreatmentFormsError):
    """The request is no form as browsers send it. Refuse it."""


class BodyCut(TreatmentFormsError):
    """The request did not arrive whole. Ask the visitor to send it again."""


class TooMuch(TreatmentFormsError):
    """One address did one thing too often. Ask for patience.

    Args:
        retry_after: seconds until there is room again.
    """

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class FormFull(TooMuch):
    """All visitors of one form together did. Not the fault of the one who asks."""
