"""SMTP with a limit for each step: Django's backend has one timeout for everything."""

import contextlib
import os
import smtplib
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.mail.backends.smtp import EmailBackend as DjangoBackend

from treatment_forms.conf import MAIL_CONNECT_SECONDS, MAIL_READ_SECONDS

QUIT_SECONDS = 5.0


class _TwoTimeouts:
    """Connects within five seconds, then allows thirty for each answer."""

    def __init__(self, *args: Any, on_connect: Callable[[socket.socket], None], **kwargs: Any):
        self._on_connect = on_connect
        super().__init__(*args, **kwargs)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connect: Any = super()
        connected: socket.socket = connect._get_socket(host, port, MAIL_CONNECT_SECONDS)
        connected.settimeout(min(timeout, MAIL_READ_SECONDS))
        self._on_connect(connected)
        return connected


class _Plain(_TwoTimeouts, smtplib.SMTP):
    pass


class _OverTLS(_TwoTimeouts, smtplib.SMTP_SSL):
    pass


class EmailBackend(DjangoBackend):
    """For `EMAIL_BACKEND`. Can be interrupted from another thread, see `abort`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timeout = self.timeout or MAIL_READ_SECONDS
        self._line: socket.socket | None = None
        self._is_aborted = False

    @property
    def connection_class(self) -> Callable[..., smtplib.SMTP]:  # type: ignore[override]  # only called
        return partial(_OverTLS if self.use_ssl else _Plain, on_connect=self._remember)

    def _remember(self, connected: socket.socket) -> None:
        # A second handle on the same connection: it stays good when TLS replaces the first.
        self._line = socket.socket(fileno=os.dup(connected.fileno()))
        if self._is_aborted:
            self.abort()

    def abort(self) -> None:
        """Hang up, whatever the other side is doing: each timeout is for one answer only, and a
        server that drips a byte now and then would hold us for ever."""
        self._is_aborted = True
        if self._line is not None:
            with contextlib.suppress(OSError):  # it has hung up first
                self._line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        super().close()
        if self._line is not None:
            self._line.close()
            self._line = None

    def _close_connection(self, connection: smtplib.SMTP) -> None:
        """Say goodbye briefly: how the server takes it no longer matters to the mail."""
        try:
            if connection.sock is not None:
                connection.sock.settimeout(QUIT_SECONDS)
            connection.quit()
        except (smtplib.SMTPException, OSError):
            connection.close()
