"""Whether all files came as they were sent. An app that says what it sends loses none unseen."""

from collections.abc import Iterable, Sequence

from treatment_forms.api.arrival import incomplete
from treatment_forms.api.schemas import ManifestEntry
from treatment_forms.files.names import tidy
from treatment_forms.models import StagedFile
from treatment_forms.services.read import ReceivedFile, decode


def require_parts(manifest: Iterable[ManifestEntry], files: Sequence[ReceivedFile]) -> None:
    """The `files` parts are those of the manifest, in its order; its names are the true ones.

    Raises:
        Problem: one is missing, one too many, or one has changed.
    """
    entries = [entry for entry in manifest if entry.upload is None]
    if len(entries) != len(files):
        raise incomplete()
    for entry, file in zip(entries, files, strict=True):
        same_name = tidy(decode(entry.name.encode())) == file.name
        if not same_name or (entry.size, entry.sha256) != (file.size, file.sha256):
            raise incomplete()
        file.name = tidy(entry.name)  # a header cannot tell `%22` from the quote that it stands for


def require_uploads(manifest: Sequence[ManifestEntry], staged: Iterable[StagedFile]) -> None:
    """Each upload that is still here is the file that the manifest means by it.

    Raises:
        Problem: it is another one, or named twice.
    """
    tokens = [entry.upload for entry in manifest if entry.upload]
    if len(set(tokens)) != len(tokens):
        raise incomplete()
    here = {file.token: file for file in staged}
    for entry in manifest:
        file = here.get(entry.upload or "")
        if file and (entry.size, entry.sha256) != (file.size, file.sha256):
            raise incomplete()


def get_place(manifest: Sequence[ManifestEntry], token: str) -> int | None:
    """Where an upload stands in the manifest."""
    return next((place for place, one in enumerate(manifest) if one.upload == token), None)


def get_part_place(manifest: Sequence[ManifestEntry], number: int) -> int:
    """Where the `number`-th of the `files` parts stands in the manifest."""
    return [place for place, one in enumerate(manifest) if one.upload is None][number]
