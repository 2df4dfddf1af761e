"""Who is given access to the requests of which form, by those who may give it."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.models import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import Locale

from treatment_forms.desk.access import get_named_forms
from treatment_forms.models import FormAccess, Submission, TreatmentFormPage


def get_titles() -> dict[str, str]:
    """Titles by form key, in the reader's language or else the default: of the pages, and of forms
    whose page is gone but whose requests stay."""
    gone = get_named_forms(Submission.objects.all())
    pages = TreatmentFormPage.objects.values_list("translation_key", "title", "locale_id")
    ranks = {Locale.get_default().pk: 1, Locale.get_active().pk: 2}
    shown = sorted(pages, key=lambda page: ranks.get(page[2], 0))  # the last one wins
    return {
        **{str(key): title for key, title in gone},
        **{str(key): title for key, title, _locale in shown},
    }


class FormAccessForm(forms.ModelForm[FormAccess]):
    form_key = forms.ChoiceField(label=_("Form"))

    class Meta:
        model = FormAccess
        fields = ("form_key", "group")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.pop("for_user", None)  # Wagtail's views give it
        super().__init__(*args, **kwargs)
        self.fields["form_key"].choices = [("", "---------"), *get_titles().items()]  # type: ignore[attr-defined]  # a ChoiceField
        if self.instance.form_key:
            self.initial["form_key"] = str(self.instance.form_key)


class FormAccessList(IndexView):
    def get_base_queryset(self) -> QuerySet[FormAccess]:
        rows: QuerySet[FormAccess] = super().get_base_queryset()
        return rows.select_related("group")

    @cached_property
    def columns(self) -> list[Any]:
        titles = get_titles()  # once for the whole list

        def show_form(access: FormAccess) -> str:
            return titles.get(str(access.form_key), str(access.form_key))

        columns: list[Any] = super().columns
        return [Column("form", label=_("Form"), accessor=show_form), *columns]


class FormAccessViewSet(ModelViewSet):
    model = FormAccess
    icon = "key"
    menu_label = _("Access to requests")
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = FormAccessList
    list_display = [Column("group", label=_("Group"))]

    def get_form_class(self, for_update: bool = False) -> type[FormAccessForm]:
        return FormAccessForm
