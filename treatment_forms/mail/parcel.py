"""What a mail brings along besides its words."""

from dataclasses import dataclass
from email.mime.base import MIMEBase


@dataclass(frozen=True)
class Parcel:
    """Files that a mail carries, and the way to those that it does not.

    Attributes:
        attached: the files themselves by their position in the request, ready to be sent.
        link: opens the files to this mail's recipient; empty where only the desk does.
    """

    attached: dict[int, MIMEBase]
    link: str = ""


EMPTY = Parcel(attached={})
