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

    def get_related(self, relation: str, field: str, *joins: str) -> list[Any]:
        """The snippets of an ordered child relation, in the page's language."""
        joined = [field, *(f"{field}__{join}" for join in joins)]
        rows = getattr(self, relation).select_related(*joined)
        return in_language_of(self, [getattr(row, field) for row in rows])
