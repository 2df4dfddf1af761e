"""Publishing updated translations, each on its own.

wagtail-localize publishes them one after the other when its transaction commits: the first one
refused drops all that come behind it.
"""

import contextlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from wagtail.models import Page
from wagtail_localize.views.update_translations import UpdateTranslationsView

from home.publishing.bulk import publish_latest


class GatedUpdateTranslationsView(UpdateTranslationsView):
    """Saves the updates as drafts, then publishes each that passes the gate."""

    def form_valid(self, form: Any) -> HttpResponse:
        pages = issubclass(self.object.specific_content_type.model_class(), Page)
        if not pages or not form.cleaned_data["publish_translations"]:
            response: HttpResponse = super().form_valid(form)
            return response
        form.cleaned_data["publish_translations"] = False
        response = super().form_valid(form)
        for translation in self.object.translations.filter(enabled=True):
            self.update_and_publish(translation)
        return response

    def update_and_publish(self, translation: Any) -> None:
        with contextlib.suppress(ValidationError):  # kept by localize beside the string at fault
            with transaction.atomic():
                translation.save_target(user=self.request.user, publish=False)
            publish_latest(translation.get_target_instance().specific, self.request.user)
