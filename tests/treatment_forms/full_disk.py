"""A visitor before a full disk, in a process of its own on a small file system of its own.

`python -m tests.treatment_forms.full_disk <small folder> <roomy folder> <which>`: `which` of the
two, uploads or attachments, lies in the small one.
"""

import sys
from pathlib import Path

import django

MIB = 1024 * 1024


def main(small: Path, roomy: Path, which: str) -> None:
    django.setup()
    from django.conf import settings

    folders = {"uploads": roomy / "uploads", "attachments": roomy / "attachments", which: small}
    for folder in folders.values():
        folder.mkdir(exist_ok=True)
    settings.FILE_UPLOAD_TEMP_DIR = str(folders["uploads"])
    settings.STORAGES["attachments"]["OPTIONS"]["location"] = folders["attachments"]
    visit(small)


def visit(small: Path) -> None:
    from tests.treatment_forms.posting import ANSWERS, Sent, check_invariants, post
    from treatment_forms.models import TreatmentFormPage

    page = TreatmentFormPage.objects.get()
    papers = tuple(Sent(f"{number}.txt", b"line\n" * (MIB // 5)) for number in range(3))
    filler = small.with_name("filler")
    filler.write_bytes(bytes(MIB))

    refused = post(page, *papers)

    assert refused.status_code == 503, refused.status_code
    assert ANSWERS["message"] in refused.content.decode()
    check_invariants(accepted=False)
    filler.unlink()
    assert post(page, *papers).status_code == 303
    check_invariants(accepted=True, files=papers)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
