"""Why a parser does not take a file. Known to the child process, which knows nothing of Django."""


class Refused(Exception):
    """Base of all. `code` is the value of the `Fault` that the visitor reads."""

    code = ""


class WrongType(Refused):
    """It is not what its first bytes and its name promise."""

    code = "type"


class Damaged(Refused):
    """No program could show it: cut, broken, or bigger than any picture."""

    code = "damaged"


class Locked(Refused):
    """It opens only with a password."""

    code = "encrypted"


class Unpackable(Refused):
    """An archive that would unpack into something that we do not take, or into too much."""

    code = "archive"


class Active(Refused):
    """It would do something by itself when it is opened."""

    code = "active"
