"""Whatever a client does in whatever order: the offset tells of just the bytes that are stored."""

import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.treatment_forms.invariants import check_bytes, list_storage
from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.resuming import begin, delete, get_token, head, patch
from treatment_forms import vault
from treatment_forms.models import StagedFile, Upload, UploadPart

CONTENT = b"Twelve bytes"
STEPS = st.lists(
    st.one_of(
        st.just(("head",)),
        st.just(("delete",)),
        st.tuples(st.just("patch"), st.integers(0, 12), st.integers(0, 13)),
        st.tuples(st.just("resume"), st.integers(0, 12)),
    ),
    max_size=8,
)


class Model:
    """What a client may expect of one upload."""

    def __init__(self, address):
        self.address, self.offset, self.is_there = address, 0, True

    def head(self):
        answer = head(self.address)
        assert answer.status_code == (200 if self.is_there else 404)
        if self.is_there:
            assert answer.headers["Upload-Offset"] == str(self.offset)

    def delete(self):
        assert delete(self.address).status_code == (204 if self.is_there else 404)
        self.is_there = False

    def patch(self, offset, size):
        content = (CONTENT + b"!")[offset : offset + size]
        answer = patch(self.address, content, offset)
        if not self.is_there:
            assert answer.status_code == 404
        elif offset != self.offset:
            assert answer.status_code == 409
        elif offset + len(content) > len(CONTENT):
            assert answer.status_code == 413
        else:
            assert answer.status_code == 204
            self.offset += len(content)
            assert answer.headers["Upload-Offset"] == str(self.offset)

    def resume(self, size):
        self.patch(self.offset, size)

    def check(self):
        stored = read_stored(get_token(self.address))
        assert stored == (CONTENT[: self.offset] if self.is_there else b"")
        check_bytes()


def read_stored(token):
    staged = StagedFile.objects.filter(token=token).first()
    if staged:
        assert staged.sha256 == hashlib.sha256(CONTENT).hexdigest()
        assert not Upload.objects.filter(token=token).exists()
        return vault.fetch(staged.stored_name).read()
    parts = UploadPart.objects.filter(upload__token=token, is_counted=True)
    return b"".join(vault.fetch(part.stored_name).read() for part in parts)


@pytest.mark.django_db
def test_any_order_of_steps_keeps_offset_and_bytes_together(settings_for_many):
    page = make_form_page()

    @given(STEPS)
    @settings(
        max_examples=20,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize=True,
    )
    def walk(steps):
        model = Model(begin(page, "a.txt", len(CONTENT)))
        for name, *arguments in steps:
            getattr(model, name)(*arguments)
            model.check()
        if model.is_there:
            model.delete()
        assert list_storage() == []

    walk()


@pytest.fixture
def settings_for_many(settings):
    rates = {"RATE_UPLOAD_MB": "9999/1h", "RATE_FORM_UPLOAD_MB": "9999/1h"}
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, **rates}
