"""What news and clinics share."""

from typing import Any

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.search import index

from articles.blocks import ArticleBodyBlock
from articles.models.reviews import PageReview, get_shown_review
from home.blocks import HeroImageBlock, new_body
from home.cards import readable_pages
from home.languages import join_words
from home.models import MedicalPage
from home.models.pages import picture_in
from home.publishing import Problem
from home.rows import in_language_of
from home.translatable import words

LEAD_MIN, LEAD_MAX = 60, 400


class ArticlePage(MedicalPage):
    """A medical page with a lead and a leading picture."""

    lead = models.TextField(
        _("lead"),
        help_text=_(
            "60 to 400 characters that stand for the page wherever it is listed or shared."
        ),
    )
    hero = StreamField(
        [("hero", HeroImageBlock())],
        max_num=1,
        blank=True,
        verbose_name=_("leading picture"),
    )
    body = StreamField(ArticleBodyBlock(), default=new_body, verbose_name=_("body"))

    search_fields = [*MedicalPage.search_fields, index.SearchField("lead", boost=2)]

    translatable_fields = [*MedicalPage.translatable_fields, *words("lead", "hero")]

    class Meta:
        abstract = True

    @property
    def card_text(self) -> str:
        return self.lead

    def get_card_picture(self) -> tuple[int | None, str]:
        return picture_in(self.hero) or super().get_card_picture()

    def publishing_problems(self) -> list[Problem]:
        found = super().publishing_problems()
        length = len(self.lead.strip())
        if not LEAD_MIN <= length <= LEAD_MAX:
            message = _("The lead has %(length)d characters; it needs %(min)d to %(max)d.")
            sizes = {"length": length, "min": LEAD_MIN, "max": LEAD_MAX}
            found.append(Problem("lead", "lead_length", message % sizes))
        return found

    @cached_property
    def shown_review(self) -> PageReview | None:
        """The review readers are told of, its reviewer in the page's language."""
        review = get_shown_review(self)
        if review is not None:
            review.reviewer = in_language_of(self, [review.reviewer])[0]
        return review

    def get_other_clinics(self, clinics: list[Any]) -> list[Any]:
        """The clinics that the text names by a card and that are not among these, each once, in
        whatever language it was chosen; readers may not be shown all of them."""
        chosen = []
        for child in self.body:
            if child.block_type == "clinic_card":
                chosen.append(child.value["clinic"])
            elif child.block_type == "related_pages":
                chosen += child.value["pages"]
        known = {clinic.translation_key for clinic in clinics}
        named = [page for page in chosen if page is not None and is_clinic(page)]
        by_key = {page.translation_key: page for page in named}
        return [page for key, page in by_key.items() if key not in known]

    def get_partner_note(self, clinics: list[Any]) -> str:
        """Of these clinics and of those that only the text names. No query where there are none."""
        others = self.get_other_clinics(clinics)
        return partner_note([*clinics, *(readable_pages(others, self) if others else [])])

    def get_related(self, relation: str, field: str, *joins: str) -> list[Any]:
        """The snippets of an ordered child relation, in the page's language."""
        joined = [field, *(f"{field}__{join}" for join in joins)]
        rows = getattr(self, relation).select_related(*joined)
        return in_language_of(self, [getattr(row, field) for row in rows])


def is_clinic(page: Any) -> bool:
    from articles.models.clinics import ClinicPage  # clinics are articles

    return issubclass(page.specific_class or type(page), ClinicPage)


def partner_note(clinics: list[Any]) -> str:
    """Whether we have an agreement with the clinics a page names: readers have a right to know."""
    if not clinics:
        return ""
    partners = [clinic.title for clinic in clinics if clinic.is_partner]
    if not partners:
        return str(_("We have no agreement with the clinics named on this page."))
    return str(_("We have an agreement with: %(clinics)s.") % {"clinics": join_words(partners)})
