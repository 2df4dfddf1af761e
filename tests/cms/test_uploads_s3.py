"""Resumable uploads into a bucket: nothing is appended, nothing is shared but rows and objects."""

import hashlib
import random
from typing import Any
from uuid import uuid4

import pytest
from botocore.config import Config
from django.core.files.storage import storages

from cms.settings.base import ATTACHMENTS_BUCKET, bucket
from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.resuming import begin, delete, get_row, get_token, head, patch
from treatment_forms import vault
from treatment_forms.models import StagedFile, UploadPart
from treatment_forms.services.append import PIECE_BYTES

pytestmark = [pytest.mark.services, pytest.mark.django_db]
FOLDER = f"{uuid4().hex}/"  # other tests fill the same bucket at the same time
TEXT = random.Random(3).randbytes(PIECE_BYTES).hex().encode()


@pytest.fixture(autouse=True)
def _bucket(settings: Any) -> Any:
    use(settings)
    yield
    storages["attachments"].bucket.objects.filter(Prefix=FOLDER).delete()


def use(settings: Any, **options: Any) -> None:
    stored = bucket(ATTACHMENTS_BUCKET, location=FOLDER, **options)
    settings.STORAGES = {**settings.STORAGES, "attachments": stored}


def list_bucket() -> set[str]:
    found = storages["attachments"].bucket.objects.filter(Prefix=FOLDER)
    return {one.key.removeprefix(FOLDER) for one in found}


def test_an_upload_in_pieces_becomes_one_object_byte_equal() -> None:
    address = begin(make_form_page(), "a.txt", len(TEXT))

    assert patch(address, TEXT[:100], 0).status_code == 204
    assert len(list_bucket()) == 1
    answer = patch(address, TEXT[100:], 100)

    assert answer.status_code == 204
    staged = StagedFile.objects.get(token=get_token(address))
    assert staged.sha256 == hashlib.sha256(TEXT).hexdigest()
    assert list_bucket() == {staged.stored_name}
    with vault.fetch(staged.stored_name) as content:
        assert content.read() == TEXT
    assert delete(address).status_code == 204
    assert list_bucket() == set()


def test_a_bucket_that_is_gone_moves_no_offset(settings: Any) -> None:
    address = begin(make_form_page(), "a.txt", len(TEXT))
    patch(address, TEXT[:100], 0)
    once = Config(retries={"max_attempts": 0}, connect_timeout=2)
    use(settings, endpoint_url="http://127.0.0.1:9", client_config=once)

    assert patch(address, TEXT[100:], 100).status_code == 503

    use(settings)
    assert get_row(address).offset == 100
    assert list_bucket() <= set(UploadPart.objects.values_list("stored_name", flat=True))
    assert patch(address, TEXT[100:], 100).status_code == 204
    assert head(address).headers["Upload-Offset"] == str(len(TEXT))
