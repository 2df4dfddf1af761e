"""The editor's form of a form page."""

from typing import Any

from wagtail.contrib.forms.forms import WagtailAdminFormPageForm


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
        cleaned: dict[str, Any] = super().clean()
        return cleaned


def keep_key(form: Any) -> None:
    """A key that was made before stays, whatever the browser sends for it."""
    if form.instance.pk and form.initial.get("clean_name"):
        form.instance.clean_name = form.initial["clean_name"]


def is_gone(form: Any) -> bool:
    return bool(form.cleaned_data.get("DELETE"))
