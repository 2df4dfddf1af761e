import logging
import sys

from cms.logs import DiscreetFormatter

SECRET = "Ivanov, +7 900 000-00-00"


def format_failure() -> str:
    """The log line of an exception that quotes a patient, raised from another that does too."""
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise ValueError(f"bad value {SECRET}") from error
    except ValueError:
        record = logging.LogRecord(
            "cms", logging.ERROR, __file__, 1, "error %s", ("ab12",), sys.exc_info()
        )
    return DiscreetFormatter("%(levelname)s %(message)s").format(record)


def test_a_traceback_shows_where_and_what_kind_but_not_what_was_quoted() -> None:
    text = format_failure()

    assert "ERROR error ab12" in text
    assert "test_logs.py" in text
    assert "builtins.ValueError" in text
    assert "builtins.KeyError" in text
    assert SECRET not in text


def test_what_was_raised_first_stands_first() -> None:
    text = format_failure()

    assert text.index("builtins.KeyError") < text.index("builtins.ValueError")
