"""Editing one string in wagtail-localize's editor, in place of its own views.

Theirs answer a post without a value with a server error, and the last of two translators wins
without a word.
"""

import json
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotFound, ParseError, PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    StringSegment,
    StringTranslation,
    Translation,
)
from wagtail_localize.views import edit_translation as stock

from home.translations.seen import has_changed_unseen, see

CONFLICT = 409


def get_job(user: Any, translation_id: int, segment: Any) -> Translation:
    """The translation that this segment is of, if this person may edit it and it is still there."""
    found = Translation.objects.filter(pk=translation_id).select_related("source", "target_locale")
    translation = get_object_or_404(found)
    if segment.context.object_id != translation.source.object_id:
        raise NotFound
    row = get_target(translation)
    if row is None:
        raise NotFound(_("The page or snippet is gone. Reload this page."))
    if not stock.user_can_edit_instance(user, row):
        raise PermissionDenied
    return translation


def get_target(translation: Translation) -> Any | None:
    rows = translation.source.specific_content_type.model_class()._base_manager
    return rows.filter(
        translation_key=translation.source.object_id, locale_id=translation.target_locale_id
    ).first()


def get_value(request: Any) -> str:
    value = request.data.get("value") if hasattr(request.data, "get") else None
    if not isinstance(value, str):
        raise ParseError(_("The text is missing: send it as “value”."))
    if "\0" in value:
        raise ParseError(_("The text holds a character that cannot be stored. Type it anew."))
    return value


class StaffView(APIView):
    """Speaks wagtail-localize's script: form data in, JSON out, the admin's session."""

    authentication_classes = [SessionAuthentication]
    permission_classes = [IsAuthenticated]


class StringView(StaffView):
    def put(self, request: Any, translation_id: int, string_segment_id: int) -> Response:
        return change_string(request, translation_id, string_segment_id, get_value(request))

    def delete(self, request: Any, translation_id: int, string_segment_id: int) -> Response:
        return change_string(request, translation_id, string_segment_id, None)


@transaction.atomic
def change_string(
    request: Any, translation_id: int, segment_id: int, value: str | None
) -> Response:
    """Store the text, or delete what is stored where there is none; unless another was quicker."""
    segment = get_object_or_404(StringSegment.objects.select_related("context"), pk=segment_id)
    translation = get_job(request.user, translation_id, segment)
    place = {
        "translation_of_id": segment.string_id,
        "locale_id": translation.target_locale_id,
        "context_id": segment.context_id,
    }
    stored = StringTranslation.objects.select_for_update().filter(**place).first()
    if stored is not None and stored.data != value and has_changed_unseen(request, stored):
        return tell_conflict(request, translation, stored, value)
    if value is None:
        return delete_string(translation, stored)
    return save_string(request, translation, place, value)


def save_string(
    request: Any, translation: Translation, place: dict[str, Any], value: str
) -> Response:
    stored, created = StringTranslation.objects.update_or_create(
        **place,
        defaults={
            "data": value,
            "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
            "tool_name": "",
            "last_translated_by": request.user,
            "has_error": False,
            "field_error": "",
        },
    )
    see(request, stored)
    return Response(serialize(translation, stored), status=201 if created else 200)


def delete_string(translation: Translation, stored: StringTranslation | None) -> Response:
    if stored is None:
        return Response(status=404)  # what the editor takes for done
    answer = serialize(translation, stored)
    stored.delete()
    return Response(answer)


def serialize(translation: Translation, stored: StringTranslation) -> dict[str, Any]:
    context = {"translation_source": translation.source}
    answer: dict[str, Any] = stock.StringTranslationSerializer(stored, context=context).data
    return answer


def tell_conflict(
    request: Any, translation: Translation, stored: StringTranslation, value: str | None
) -> Response:
    """Keep the other's text, give it to this translator, and let them save again knowingly."""
    see(request, stored)
    who = stored.last_translated_by.get_full_name() if stored.last_translated_by else ""
    facts = {"who": who or str(stored.last_translated_by or _("Somebody")), "text": value}
    if value is None:
        error = _(
            "%(who)s changed this text while you were at it, so it was not deleted: “%(text)s”."
            " Reload this page to go on with it."
        )
        facts["text"] = stored.data
    else:
        error = _(
            "%(who)s changed this text while you were at it, and what you see now is theirs. Yours"
            " was not saved: “%(text)s”. Save again to replace theirs."
        )
    answer = {**serialize(translation, stored), "error": error % facts}
    return Response({"detail": answer["error"], "translation": answer}, status=CONFLICT)


class OverrideView(StaffView):
    """A value that is the same in every language unless somebody says otherwise: a picture."""

    def put(self, request: Any, translation_id: int, overridable_segment_id: int) -> Response:
        translation, place = self.find(request, translation_id, overridable_segment_id)
        data = {"data_json": json.dumps(get_value(request)), "last_translated_by": request.user}
        stored, created = SegmentOverride.objects.update_or_create(**place, defaults=data)
        return Response(self.serialize(translation, stored), status=201 if created else 200)

    def delete(self, request: Any, translation_id: int, overridable_segment_id: int) -> Response:
        translation, place = self.find(request, translation_id, overridable_segment_id)
        stored = SegmentOverride.objects.filter(**place).first()
        if stored is None:
            return Response(status=404)
        answer = self.serialize(translation, stored)
        stored.delete()
        return Response(answer)

    def find(
        self, request: Any, translation_id: int, segment_id: int
    ) -> tuple[Translation, dict[str, Any]]:
        segments = OverridableSegment.objects.select_related("context")
        segment = get_object_or_404(segments, pk=segment_id)
        translation = get_job(request.user, translation_id, segment)
        return translation, {
            "locale_id": translation.target_locale_id,
            "context_id": segment.context_id,
        }

    def serialize(self, translation: Translation, stored: SegmentOverride) -> Any:
        context = {"translation_source": translation.source}
        return stock.SegmentOverrideSerializer(stored, context=context).data
