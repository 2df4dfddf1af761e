"""What the API reads. Every row is derived, and can be made anew from the pages.

No foreign keys: a document outlives its page, to tell apps that it is gone, and a page is deleted
without asking us. Wagtail's reference index is not to follow these rows either.
"""

from django.db import models
from django.db.models import Q


class Reason(models.TextChoices):
    """Why a page is no longer to be had."""

    UNPUBLISHED = "unpublished"
    DELETED = "deleted"
    RESTRICTED = "restricted"
    MOVED = "moved"
    """It stands under no address of this site any more."""

    RECALLED = "recalled"
    """A medical text was taken down by a person, or lost its disclaimer: forget it first."""


class Document(models.Model):
    """One page in its language. Without `is_public` a tombstone: the texts are gone."""

    wagtail_reference_index_ignore = True

    page_id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=20)
    locale = models.CharField(max_length=20)
    translation_key = models.CharField(max_length=36)
    path = models.TextField()
    path_hash = models.CharField(max_length=32)
    """Of `path`, which may be longer than an index takes."""

    tree_path = models.CharField(max_length=255)
    position = models.BinaryField(max_length=200)
    """Where it stands in its list; compared byte by byte, the same on every database."""

    is_public = models.BooleanField()
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    disclaimer_key = models.CharField(max_length=36, blank=True)
    """The disclaimer's translation key; its text is joined when the document is read."""

    card = models.BinaryField()
    body = models.BinaryField()
    """JSON objects, as they are sent."""

    etag = models.CharField(max_length=24)
    until = models.DateField(null=True)
    """The last day on which all of it is true: a price or a licence ends then."""

    change = models.BigIntegerField(null=True)
    """Its place in the order of changes; none until `changes.number` gave it one."""

    built_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["kind", "locale", "position", "page_id"],
                condition=Q(is_public=True),
                name="document_list",
            ),
            models.Index(fields=["path_hash"], name="document_path"),
            models.Index(fields=["translation_key", "locale"], name="document_twins"),
            models.Index(fields=["change"], name="document_change"),
            models.Index(fields=["locale", "change"], name="document_locale_change"),
            models.Index(
                fields=["page_id"], condition=Q(change__isnull=True), name="document_unnumbered"
            ),
            models.Index(fields=["tree_path"], name="document_tree"),
            models.Index(fields=["built_at"], name="document_age"),
        ]


class ListEntry(models.Model):
    """One filtered list in which a page stands, with its place in it: each such list is read from
    this index alone, in its order, however many pages hold one half of what is asked for."""

    wagtail_reference_index_ignore = True

    page_id = models.BigIntegerField()
    key = models.CharField(max_length=300)
    """The list by name: `news en category=law&country=NZ`, see `facets.name_list`."""

    position = models.BinaryField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page_id", "key"], name="one_entry")]
        indexes = [models.Index(fields=["key", "position", "page_id"], name="filtered_list")]


class Reference(models.Model):
    """A row of another table that a document shows something of, as of its last build.

    Wagtail's index says the same, but with a queue only after a worker has run.
    """

    wagtail_reference_index_ignore = True

    page_id = models.BigIntegerField()
    model = models.CharField(max_length=80)
    object_id = models.CharField(max_length=36)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page_id", "model", "object_id"], name="one_reference")
        ]
        indexes = [models.Index(fields=["model", "object_id"], name="reference_target")]


class DisclaimerText(models.Model):
    """One disclaimer in one language, as apps get it."""

    wagtail_reference_index_ignore = True

    disclaimer_id = models.BigIntegerField(primary_key=True)
    key = models.CharField(max_length=50)
    translation_key = models.CharField(max_length=36)
    locale = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    heading = models.TextField()
    text = models.TextField()
    """As the row had them when this was built; a row that differs has been changed behind us."""

    is_valid = models.BooleanField()
    body = models.BinaryField()
    etag = models.CharField(max_length=24)
    change = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["translation_key", "locale"], name="disclaimer_text"),
            models.Index(fields=["change"], name="disclaimer_change"),
        ]


class Counter(models.Model):
    """The last change number given. One row, locked by whoever gives the next."""

    value = models.BigIntegerField(default=0)
    forgotten = models.BigIntegerField(default=0)
    """The highest number whose tombstone was thrown away: who has not read that far begins anew."""


class StaleMark(models.Model):
    """Something has changed, and documents that show it are to be built anew.

    Written in the transaction of the change. Rows are only added and taken away, so that no two
    editors ever wait for each other here.
    """

    wagtail_reference_index_ignore = True

    class Scope(models.TextChoices):
        PAGE = "page"
        """One page; `key` is its primary key."""

        OBJECT = "object"
        """All that show a row; `key` is `app.Model:pk`."""

        BELOW = "below"
        """All pages below a place in the tree; `key` is its path."""

        ALL = "all"

    scope = models.CharField(max_length=6, choices=Scope)
    key = models.CharField(max_length=255, blank=True)
    is_bulk = models.BooleanField(default=False)
    """One of many: what a person has just changed goes first."""

    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["scope", "is_bulk", "id"], name="stale_next")]
