"""What must be gone at once, however many documents it is: pages that have become private."""

from django.db.models import Q
from django.utils import timezone

from cms.delivery.models import Document, ListEntry, Reason, StaleMark
from home import privacy


def hide_private() -> int:
    """Take down whatever stands where only some may read, in one statement."""
    paths = privacy.find_private_paths()
    if not paths:
        return 0
    private = Q()
    for path in paths:
        private |= Q(tree_path__startswith=path)
    gone = {"card": b"", "body": b"", "etag": "", "until": None, "change": None}
    hidden = Document.objects.filter(private, is_public=True)
    pks = list(hidden.values_list("pk", flat=True))
    hidden.update(**gone, is_public=False, reason=Reason.RESTRICTED, built_at=timezone.now())
    ListEntry.objects.filter(page_id__in=pks).delete()
    return len(pks)


def mark_opened() -> None:
    """What was private may be so no more."""
    closed = Document.objects.filter(is_public=False, reason=Reason.RESTRICTED)
    StaleMark.objects.bulk_create(
        StaleMark(scope=StaleMark.Scope.PAGE, key=str(pk))
        for pk in closed.values_list("pk", flat=True)
    )
