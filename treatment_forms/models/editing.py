"""The editor's form of a form page."""

from typing import Any

from wagtail.contrib.forms.forms import WagtailAdminFormPageForm

from treatment_forms.forms import get_wording
from treatment_forms.models import going_live


class FormPageForm(WagtailAdminFormPageForm):
    """Makes keys before a revision is kept, and refuses two fields with the same key.

    Wagtail makes a key when a row is saved: then a draft has none yet, and renaming its
    label before publishing would change it.
    """

    def clean(self) -> dict[str, Any]:
        forms = [
            one for one in self.formsets["fields"].forms if one.is_valid() and not is_gone(one)
        ]
        changed = [form for form in forms if form.has_changed()]
        for form in changed:
            keep_key(form)
        taken = {form.instance.clean_name for form in forms}
        for form in changed:
            form.instance.make_keys(taken)
            form.cleaned_data["clean_name"] = form.instance.clean_name  # looked at by the formset
            taken.add(form.instance.clean_name)
        if self.data.get("action-publish"):
            self.require_consents(forms)
        cleaned: dict[str, Any] = super().clean()
        return cleaned

    def require_consents(self, forms: list[Any]) -> None:
        """Said here, beside the fields; whatever else publishes is refused in `save()`."""
        rows = [form.instance for form in forms if going_live.is_consent(form.instance)]
        wordings = [get_wording(row) for row in rows]
        language = going_live.get_language(self.instance)
        for problem in going_live.find_consent_problems(wordings, language):
            self.add_error(None, problem.as_error())


def keep_key(form: Any) -> None:
    """A key that was made before stays, whatever the browser sends for it."""
    if form.instance.pk and form.initial.get("clean_name"):
        form.instance.clean_name = form.initial["clean_name"]


def is_gone(form: Any) -> bool:
    return bool(form.cleaned_data.get("DELETE"))
