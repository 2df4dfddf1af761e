"""Parts of the editor that show what the page's own fields do not hold."""

from typing import Any

from django.urls import reverse
from wagtail.admin.panels import Panel


class ReviewsPanel(Panel):
    """The page's medical reviews, and the way to record another."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "articles/admin/reviews_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            from articles.models import PageReview  # the models import this module
            from articles.models.reviews import get_readable

            context: dict[str, Any] = super().get_context_data(parent_context)
            page = self.instance
            model: Any = PageReview.snippet_viewset  # type: ignore[attr-defined]  # Wagtail sets it
            may_add = model.permission_policy.user_has_permission(self.request.user, "add")
            reviews = PageReview.objects.filter(page_id=page.pk)
            context["reviews"] = reviews.select_related("reviewer") if page.pk else []
            context["readable"] = set(get_readable(reviews, page)) if page.pk else set()
            context["is_saved"] = bool(page.pk)
            context["add_url"] = (
                f"{reverse(model.get_url_name('add'))}?page={page.pk}"
                if page.pk and may_add
                else ""
            )
            return context
