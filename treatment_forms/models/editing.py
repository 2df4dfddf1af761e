"""The editor's form of a form page."""

from typing import Any

from wagtail.contrib.forms.forms import WagtailAdminFormPageForm


class FormPageForm(WagtailAdminFormPageForm):  # type: ignore[misc]  # Wagtail has no types
    """Makes keys before a revision is kept, and refuses two fields with the same key.

    Wagtail makes a key when a row is saved: then a draft has none yet, and renaming its
    label before publishing would change it.
    """

    def clean(self) -> dict[str, Any]:
        for form in self.formsets["fields"].forms:
            if form.is_valid() and form.has_changed():
                keep_key(form)
                form.instance.make_keys()
        cleaned: dict[str, Any] = super().clean()
        return cleaned


def keep_key(form: Any) -> None:
    """A key that was made before stays, whatever the browser sends for it."""
    if form.instance.pk and form.initial.get("clean_name"):
        form.instance.clean_name = form.initial["clean_name"]
