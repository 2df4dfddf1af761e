"""What a browser does: posts the form, at once or after its files have travelled by tus."""

import base64
import http.client
import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

PIECE_BYTES, MOST_BYTES = 1024 * 1024, 8 * 1024 * 1024  # as in the page's own script, travel.js
AT_ONCE = 2  # files on their way, as in uploads.js
BYTES = "application/offset+octet-stream"


class Visitor:
    """One form, seen by everybody at once; each post is another person's."""

    def __init__(self, port: int) -> None:
        from django.urls import reverse

        from articles.models import ClinicPage
        from treatment_forms import conf
        from treatment_forms.models import TreatmentFormPage

        page = TreatmentFormPage.objects.get(locale__language_code="en")
        clinic = ClinicPage.objects.live().filter(locale=page.locale)[0]
        self.port, self.path, self.token = port, page.url, page.form_token
        self.uploads = reverse(f"{conf.get('API_NAMESPACE')}:uploads")
        self.chosen = {"clinic": str(clinic.translation_key), "source": str(clinic.pk)}
        self.count = itertools.count()

    def write(self, files: Sequence[Any] = (), **more: Any) -> bytes:
        """A whole body, byte by byte: writing it is no part of sending it."""
        from tests.treatment_forms.posting import ANSWERS, make_body

        number = next(self.count)
        person = {"full_name": f"Person {number}", "email": f"person{number}@example.org"}
        answers = {**ANSWERS, **self.chosen, **person, "form_token": self.token, **more}
        return make_body(answers, tuple(files))

    def post(self, body: bytes) -> None:
        from tests.treatment_forms.posting import BOUNDARY

        kind = f"multipart/form-data; boundary={BOUNDARY}"
        ask(self.port, "POST", self.path, body, {"Content-Type": kind}, expected=303)

    def resume(self, files: Sequence[Any]) -> None:
        """Two files at once, as the page does, and then the form with what they are called."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            tokens = list(pool.map(self.upload, files))
        self.post(self.write(uploads=tokens))

    def upload(self, file: Any) -> str:
        """Its pieces over one connection, which stays open between them."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        told = {"filename": file.name, "form": self.token}
        pairs = (f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in told.items())
        size = len(file.content)
        begin = {"Upload-Length": str(size), "Upload-Metadata": ",".join(pairs)}
        address = speak(connection, "POST", self.uploads, b"", begin)
        offset, length = 0, PIECE_BYTES
        while offset < size:
            place = {"Content-Type": BYTES, "Upload-Offset": str(offset)}
            speak(connection, "PATCH", address, file.content[offset : offset + length], place)
            offset, length = offset + length, min(2 * length, MOST_BYTES)  # it was quick
        connection.close()
        return address.rpartition("/")[2]


def ask(
    port: int, method: str, path: str, body: bytes, headers: dict[str, str], *, expected: int
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    if response.status != expected:
        raise ValueError(f"{path}: {response.status}")


def speak(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes,
    headers: dict[str, str],
) -> str:
    """One request of tus, and the address that its answer gives."""
    connection.request(method, path, body, {"Tus-Resumable": "1.0.0", **headers})
    response = connection.getresponse()
    answer = response.read()
    if response.status not in {201, 204}:
        raise ValueError(f"{method}: {response.status} {answer.decode()}")
    return response.headers.get("Location", "")
