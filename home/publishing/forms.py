"""The editor's form, which says what is missing beside the field that mends it."""

from wagtail.admin.forms import WagtailAdminPageForm

from home.publishing.disclaimers import Disclaimers
from home.publishing.gate import carries_disclaimer, problems

ASKS = ("action-publish", "action-submit", "action-restart-workflow")


class GatedPageForm(WagtailAdminPageForm):
    """Runs the gate when the editor publishes, submits or approves; never when they save."""

    @property
    def asks_to_publish(self) -> bool:
        if any(self.data.get(name) for name in ASKS):
            return True
        return (
            bool(self.data.get("action-workflow-action"))
            and self.data.get("workflow-action-name") == "approve"
        )

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.asks_to_publish:
            return
        disclaimers = Disclaimers.load() if carries_disclaimer(self.instance) else None
        if disclaimers:
            self.instance.set_disclaimer(disclaimers)
        wrong = set(self.errors) - {"body"}  # a field says one thing at a time, the body all
        for problem in problems(self.instance, disclaimers):
            if problem.field not in wrong:
                field = problem.field if problem.field in self.fields else None
                self.add_error(field, problem.as_error())
