"""Pages of the admin that stand in for wagtail-localize's own, or beside them."""

import logging
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.models import DraftStateMixin, Page, TranslatableMixin
from wagtail.snippets.permissions import get_permission_name
from wagtail_localize.models import Translation
from wagtail_localize.views.edit_translation import machine_translate as stock_machine_translate
from wagtail_localize.views.edit_translation import user_can_edit_instance

from home.models import AcceptedText
from home.publishing import Refused, refusals
from home.translations import po
from home.translations.accept import accept, get_doubtful
from home.translations.judge import get_row
from home.translations.matrix import Cell, State, make_rows
from home.translations.publish import NotPublished, publish_languages, publish_translation
from home.translations.seen import see_all
from home.translations.strings import get_target

logger = logging.getLogger(__name__)

LISTED = 10


@require_POST
def upload_po(request: HttpRequest, translation_id: int) -> HttpResponse:
    way_back = get_valid_next_url_from_request(request) or reverse("wagtailadmin_home")
    found = Translation.objects.select_related("source", "target_locale").filter(pk=translation_id)
    translation = found.first()
    row = get_target(translation) if translation is not None else None
    if translation is None or row is None:
        gone = _("This translation is gone: its original or the translated page was deleted.")
        messages.error(request, gone)
        return redirect(reverse("wagtailadmin_home"))
    if not user_can_edit_instance(request.user, row):
        raise PermissionDenied
    uploaded = request.FILES.get("file")
    if uploaded is None:
        messages.error(request, _("Choose a PO file first."))
        return redirect(way_back)
    try:
        with transaction.atomic():
            result = po.import_file(po.read_file(uploaded.read()), translation, request.user)
    except po.UnusableFile as refusal:
        messages.error(request, str(refusal))
    else:
        tell_import(request, result)
    return redirect(way_back)


@require_POST
def machine_translate(request: HttpRequest, translation_id: int) -> HttpResponse:
    """Localize's own, which lets every trouble of a provider become a server error."""
    try:
        answer: HttpResponse = stock_machine_translate(request, translation_id)
    except (Http404, PermissionDenied):
        raise
    except ValidationError as trouble:  # a translator of ours says it in its own words
        messages.error(request, " ".join(trouble.messages))
        return redirect(get_valid_next_url_from_request(request) or reverse("wagtailadmin_home"))
    except Exception as error:  # noqa: BLE001  (whatever a provider's client raises; told and logged)
        tell_machine_trouble(request, error)
        return redirect(get_valid_next_url_from_request(request) or reverse("wagtailadmin_home"))
    return answer


def tell_machine_trouble(request: HttpRequest, error: Exception) -> None:
    logger.error("the machine translator failed (%s)", type(error).__name__)
    message = _("The machine translator gave no answer. Nothing was changed; try again later.")
    messages.error(request, message)


def tell_import(request: HttpRequest, result: po.Import) -> None:
    taken = ngettext(
        "%(count)d translation was imported.", "%(count)d translations were imported.", result.taken
    )
    (messages.success if result.taken else messages.warning)(
        request, taken % {"count": result.taken}
    )
    if result.unknown:
        text = ngettext(
            "%(count)d entry is of no text of this page and was left out.",
            "%(count)d entries are of no text of this page and were left out.",
            result.unknown,
        )
        messages.warning(request, text % {"count": result.unknown})
    tell_list(request, _("Left out, because they are flawed:"), result.flawed)
    tell_list(
        request,
        _("Left as they are, because somebody changed them after the file was downloaded:"),
        result.changed_since,
    )


def tell_list(request: HttpRequest, heading: Any, lines: list[str]) -> None:
    if lines:
        more = [_("and %(count)d more") % {"count": len(lines) - LISTED}] * (len(lines) > LISTED)
        items = format_html_join("", "<li>{}</li>", ([line] for line in [*lines[:LISTED], *more]))
        messages.error(request, format_html("{} <ul>{}</ul>", heading, items))


def edit_translation(request: HttpRequest, row: Any) -> HttpResponse | None:
    """Before wagtail-localize shows its editor, or takes its Publish.

    Theirs publishes what is incomplete, and offers to publish again what was refused.
    """
    if isinstance(row, Page) and row.alias_of_id:
        return None
    jobs = Translation.objects.filter(
        source__object_id=row.translation_key, target_locale_id=row.locale_id, enabled=True
    )
    translation = jobs.select_related("source", "target_locale").first()
    if translation is None:
        return send_back(request)
    if get_row(row, translation.source.locale_id) is None:
        stop_orphan(request, translation)
        return None
    if request.method == "POST" and request.POST.get("action") == "publish":
        return publish_from_editor(request, translation, row)
    see_all(request, translation)
    return None


def send_back(request: HttpRequest) -> HttpResponse | None:
    """Localize's editor stood open while its translation ended; Wagtail's cannot read its form."""
    if request.method != "POST" or "action" not in request.POST:
        return None
    message = _(
        "This page is not built from a translation any more: its original was deleted, or somebody"
        " stopped the translation. Nothing was published. Its texts are all here."
    )
    messages.error(request, message)
    return redirect(request.path)


def stop_orphan(request: HttpRequest, translation: Translation) -> None:
    """The original was deleted behind localize's back: its editor would be a server error."""
    translation.enabled = False
    translation.save(update_fields=["enabled"])
    message = _(
        "The original of this translation was deleted. Its texts are all here: from now on they are"
        " edited on this page."
    )
    messages.warning(request, message)


def publish_from_editor(request: HttpRequest, translation: Translation, row: Any) -> HttpResponse:
    if not may_publish(request.user, row):
        raise PermissionDenied
    try:
        published = publish_translation(translation, request.user)
    except Refused:
        pass  # the middleware tells it
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        message = _("“%(title)s” is published in %(language)s.")
        language = translation.target_locale.get_display_name()
        messages.success(request, message % {"title": published, "language": language})
    return redirect(request.path)


def may_publish(user: Any, row: Any) -> bool:
    """To stand for a text is to publish it; a snippet without drafts is published by saving it."""
    if isinstance(row, Page):
        may: bool = row.permissions_for_user(user).can_publish()
        return may
    action = "publish" if isinstance(row, DraftStateMixin) else "change"
    return bool(user.has_perm(get_permission_name(action, type(row))))


def accept_texts(request: HttpRequest, content_type_id: int, pk: str) -> HttpResponse:
    """Texts that nobody stands for yet, to be read and accepted one by one."""
    row = get_row_or_404(content_type_id, pk)
    if not user_can_edit_instance(request.user, row):
        raise PermissionDenied
    if request.method == "POST":
        if not may_publish(request.user, row):
            raise PermissionDenied
        keys = request.POST.getlist("text")
        with transaction.atomic():
            taken, changed = accept(row, keys, user=request.user, at=timezone.now())
        tell_accepted(request, taken, changed)
        return redirect(request.path)
    edit_url = AdminURLFinder(request.user).get_edit_url(row)
    context = {
        "page_title": _("Texts to read and accept"),
        "page_subtitle": str(row),
        "header_icon": "check",
        "texts": get_doubtful(row),
        "accepted": AcceptedText.objects.filter(
            translation_key=row.translation_key, locale_id=row.locale_id
        ).order_by("-accepted_at"),
        "may_accept": may_publish(request.user, row),
        "edit_url": edit_url,
        "language": row.locale.language_code,
    }
    return TemplateResponse(request, "home/translations/accept.html", context)


def get_row_or_404(content_type_id: int, pk: str) -> Any:
    content_type = get_object_or_404(ContentType, pk=content_type_id)
    model = content_type.model_class()
    if model is None or not issubclass(model, TranslatableMixin) or not pk.isdecimal():
        raise Http404
    row = get_object_or_404(model, pk=pk)
    return row.specific if isinstance(row, Page) else row


def tell_accepted(request: HttpRequest, taken: int, changed: int) -> None:
    if taken:
        text = ngettext("You accepted %(count)d text.", "You accepted %(count)d texts.", taken)
        messages.success(request, text % {"count": taken})
    if changed:
        messages.error(
            request, _("Some texts were changed while you read them. Read them again, please.")
        )
    if not taken and not changed:
        messages.warning(request, _("Choose the texts that you accept."))


def publish_languages_of(request: HttpRequest, page_id: int) -> HttpResponse:
    """Choose the languages of a page that go live together."""
    page = get_object_or_404(Page, pk=page_id).specific
    twins = page.get_translations().exclude(alias_of__isnull=False).order_by("locale_id")
    rows = [page, *twins.specific()]
    offered = [row for row in rows if may_publish(request.user, row)]
    if not offered:
        raise PermissionDenied
    if request.method == "POST":
        asked = set(request.POST.getlist("pages"))
        publish_chosen(request, [row for row in offered if str(row.pk) in asked])
        return redirect(request.path)
    cells = make_rows([page], [row.locale for row in rows[1:]], request.user)[0].cells
    choices = [(row, cells.get(row.locale.language_code)) for row in offered]
    context = {
        "page_title": _("Publish languages at one moment"),
        "page_subtitle": str(page),
        "header_icon": "upload",
        "choices": [(row, cell, is_chosen(row, cell)) for row, cell in choices],
    }
    return TemplateResponse(request, "home/translations/publish.html", context)


def is_chosen(row: Page, cell: Cell | None) -> bool:
    """What is complete is offered ticked; of the original, what waits behind it."""
    if cell is None:
        return bool(row.has_unpublished_changes)
    return cell.state is State.READY or (cell.state is State.STALE and cell.per_cent == 100)


def publish_chosen(request: HttpRequest, rows: list[Page]) -> None:
    if not rows:
        messages.warning(request, _("Choose at least one language."))
        return
    try:
        publish_languages(rows, request.user)
    except NotPublished as refused:
        languages = ", ".join(str(one.instance.locale) for one in refused.refusals)
        message = _("Nothing was published. Refused: %(languages)s.")
        messages.error(request, message % {"languages": languages})
        for refusal in refused.refusals:
            refusals.note(refusal)  # the middleware tells the reasons, each once
    else:
        languages = ", ".join(str(row.locale) for row in rows)
        messages.success(
            request, _("Published at one moment: %(languages)s.") % {"languages": languages}
        )
