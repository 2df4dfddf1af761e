"""Links to drafts: whoever has one may read that version for an hour."""

from django.core import signing
from django.http import Http404
from wagtail.models import Page, Revision

SECONDS = 3600
SALT = "cms.api.preview"


def make(revision: Revision) -> str:
    return signing.dumps([int(revision.object_id), revision.pk], salt=SALT)


def read(token: str) -> Revision:
    """The version that this token opens.

    Raises:
        Http404: the token is not ours or too old, or the page or the version is gone.
    """
    try:
        page_id, revision_id = signing.loads(token, salt=SALT, max_age=SECONDS)
    except signing.BadSignature as error:
        raise Http404 from error
    found = Revision.page_revisions.filter(pk=revision_id, object_id=str(page_id)).first()
    if found is None or not Page.objects.filter(pk=page_id).exists():
        raise Http404
    return found
