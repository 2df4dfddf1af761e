"""Publishing updated translations, each on its own.

wagtail-localize publishes them one after the other when its transaction commits: the first one
refused drops all that come behind it.
"""

import contextlib
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail_localize.views.update_translations import UpdateTranslationsView

from home.translations.publish import publish_translation
from home.translations.views import tell_machine_trouble


class GatedUpdateTranslationsView(UpdateTranslationsView):
    """Takes over the new original, then publishes each translation that passes the gate.

    A translation with new texts to translate is refused and stays as it is, live and complete.
    """

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        except (Http404, ObjectDoesNotExist):
            messages.error(request, _("There is nothing to update: the original was deleted."))
            return redirect("wagtailadmin_home")
        return answer

    def get_form(self) -> Any:
        form = super().get_form()
        form.fields["publish_translations"].help_text = _(
            "Publishes each language whose texts are all translated. Where new texts wait, readers"
            " go on seeing the last complete version."
        )
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        publish = form.cleaned_data["publish_translations"]
        form.cleaned_data["publish_translations"] = False
        try:
            response: HttpResponse = super().form_valid(form)
        except (ObjectDoesNotExist, ValidationError):
            raise
        except Exception as error:  # whatever a provider's client raises; told and logged
            if not form.cleaned_data.get("use_machine_translation"):
                raise
            tell_machine_trouble(self.request, error)
            return redirect(self.get_success_url() or self.get_default_success_url())
        if publish:
            for translation in self.object.translations.filter(enabled=True):
                # Kept by localize beside the string at fault, or noted and told by the middleware.
                with contextlib.suppress(ValidationError):
                    publish_translation(translation, self.request.user)
        return response
