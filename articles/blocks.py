"""Blocks of news and clinics."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from home.blocks import MedicalBodyBlock
from home.blocks.choosers import PageChooserBlock
from home.blocks.links import GROUP as LINKS
from home.blocks.strings import CharBlock, CodeBlock, RichTextBlock, TextBlock
from home.blocks.text import PARAGRAPH_FEATURES
from home.cards import make_cards, readable_pages

CURRENCIES = [(code, code) for code in ("EUR", "USD", "GBP", "CHF", "RUB", "TRY", "AED", "ILS")]


class ClinicCardBlock(blocks.StructBlock):
    clinic = PageChooserBlock(page_type="articles.ClinicPage", label=_("Clinic"))
    note = CharBlock(required=False, max_length=240, label=_("Why it is named here"))

    class Meta:
        icon = "home"
        group = LINKS
        label = _("Clinic")
        description = _("One clinic as a card, with a sentence on why it is named here.")
        template = "components/clinic_card.html"

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        chosen = readable_pages([value["clinic"]], context.get("page")) if value["clinic"] else []
        context["card"] = next(iter(make_cards(chosen, context.get("request"))), None)
        return context

    def get_preview_value(self) -> Any:
        from articles.models import ClinicPage  # not before apps are loaded

        clinic = ClinicPage.objects.live().first()
        return self.normalize({"clinic": clinic, "note": "Took part in the study."})


class ArticleBodyBlock(MedicalBodyBlock):
    """The medical body, and the clinics that only this app knows."""

    clinic_card = ClinicCardBlock()


class SourceBlock(blocks.StructBlock):
    publisher = CharBlock(max_length=120, label=_("Published by"))
    title = CharBlock(required=False, max_length=240, label=_("Title"))
    url = blocks.URLBlock(required=False, label=_("Address"))
    published_on = blocks.DateBlock(required=False, label=_("Published on"))
    accessed_on = blocks.DateBlock(required=False, label=_("Read on"))

    class Meta:
        icon = "link-external"
        label = _("Source")
        description = _("Where the news comes from.")
        template = "components/source.html"
        preview_value = {"publisher": "Example News Agency", "title": "A new day clinic"}


class CorrectionBlock(blocks.StructBlock):
    date = blocks.DateBlock(label=_("Date"))
    text = TextBlock(label=_("What was wrong, and what is right"))

    class Meta:
        icon = "edit"
        label = _("Correction")
        description = _("Stays on the page for good once it is published.")
        template = "components/correction.html"
        preview_value = {
            "date": date(2026, 2, 6),
            "text": "An earlier version named the wrong year. The ward opened in 2018.",
        }


class ExpiringValue(blocks.StructValue):
    """A fact that is true up to a day."""

    @property
    def is_current(self) -> bool:
        return not self["valid_until"] or self["valid_until"] >= timezone.localdate()


class PriceValue(ExpiringValue):
    @property
    def amount(self) -> str:
        """`EUR 1,200 – 1,500`: the currency by its code, which reads the same everywhere.

        Exact where both amounts are the same; without an upper one only where it begins is known.
        """
        low, high = self["amount_from"], self["amount_to"]
        known = dict.fromkeys(number for number in (low, high) if number is not None)
        if not known:
            return ""
        amounts = [number_format(n, use_l10n=True, force_grouping=True) for n in known]
        facts = {"currency": self["currency"], "amount": " – ".join(amounts)}
        amount = gettext("%(currency)s %(amount)s") % facts
        return gettext("from %(amount)s") % {"amount": amount} if high is None else amount


def _in_order(value: Any, first: str, last: str, message: Any) -> None:
    """Refuse a pair whose last comes before its first."""
    if value[first] and value[last] and value[last] < value[first]:
        raise blocks.StructBlockValidationError(
            block_errors={last: ValidationError(message, code="order")}
        )


class AccreditationBlock(blocks.StructBlock):
    body = CharBlock(max_length=160, label=_("Granted by"))
    number = CodeBlock(required=False, max_length=80, label=_("Number"))
    registry_url = blocks.URLBlock(
        required=False, label=_("Register"), help_text=_("Where a reader can check it.")
    )
    valid_from = blocks.DateBlock(required=False, label=_("Valid from"))
    valid_until = blocks.DateBlock(
        required=False,
        label=_("Valid until"),
        help_text=_("Not shown after this day; the report names it then."),
    )
    verified_on = blocks.DateBlock(required=False, label=_("Checked by us on"))

    class Meta:
        icon = "success"
        label = _("Accreditation")
        description = _("A licence or certificate, and until when it is valid.")
        template = "components/accreditation.html"
        value_class = ExpiringValue
        preview_value = {"body": "Example Accreditation Board", "number": "EX-001"}

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        _in_order(cleaned, "valid_from", "valid_until", _("This day is before “Valid from”."))
        return cleaned


class PriceBlock(blocks.StructBlock):
    treatment = CharBlock(max_length=160, label=_("Treatment"))
    amount_from = blocks.DecimalBlock(
        min_value=0, max_digits=12, decimal_places=2, label=_("Amount from")
    )
    amount_to = blocks.DecimalBlock(
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        label=_("Amount to"),
        help_text=_("Empty: readers see “from”. For an exact price, the same amount again."),
    )
    currency = blocks.ChoiceBlock(choices=CURRENCIES, default="EUR", label=_("Currency"))
    includes = CharBlock(required=False, max_length=240, label=_("What it includes"))
    source = CharBlock(required=False, max_length=240, label=_("Where we have it from"))
    checked_on = blocks.DateBlock(required=False, label=_("Checked by us on"))
    valid_until = blocks.DateBlock(
        required=False,
        label=_("Valid until"),
        help_text=_("Not shown after this day; the report names it then."),
    )

    class Meta:
        icon = "tag"
        label = _("Price")
        description = _("What a treatment costs, what that includes, and until when.")
        template = "components/price.html"
        value_class = PriceValue
        preview_value = {
            "treatment": "First consultation",
            "amount_from": 120,
            "amount_to": 180,
            "currency": "EUR",
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        _in_order(cleaned, "amount_from", "amount_to", _("This is less than “Amount from”."))
        return cleaned


class QuestionBlock(blocks.StructBlock):
    question = CharBlock(max_length=200, label=_("Question"))
    answer = RichTextBlock(features=PARAGRAPH_FEATURES, label=_("Answer"))

    class Meta:
        icon = "help"
        label = _("Question")
        description = _("A question patients ask, with its answer.")
        template = "components/question.html"
        preview_value = {
            "question": "May my family stay with me?",
            "answer": "<p>Yes. Each room has a second bed.</p>",
        }


class PhoneBlock(blocks.StructBlock):
    label = CharBlock(required=False, max_length=60, label=_("For"))
    number = blocks.RegexBlock(
        regex=r"^\+[0-9 ()\-]{6,24}$",
        label=_("Number"),
        help_text=_("With the country's code: +44 20 7946 0000"),
        error_messages={"invalid": _("Begin with + and the country's code.")},
    )

    class Meta:
        icon = "mobile-alt"
        label = _("Phone")
        description = _("A phone number patients may call.")
        template = "components/phone.html"
        preview_value = {"label": "Patients from abroad", "number": "+44 20 7946 0000"}
