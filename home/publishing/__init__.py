"""The publishing gate: what must be true of a page before a reader may see it.

Three questions, one answer each, asked by every door:

- `problems(page)`: what keeps this page from being published?
- `refuse_unless_ready(page)`: raise `PublishRefused` if anything does.
- `visible(pages)`: which of these may a reader be shown? Every list of pages asks this.

Which doors lead here, and why there is no other way in: docs/decisions/0004-the-publishing-gate.md.
Nothing in this package imports a model when it is loaded, because the models import it.
"""

from home.publishing.gate import problems, refuse_unless_ready
from home.publishing.problem import DisclaimerInUse, InUse, Problem, PublishRefused, Refused
from home.publishing.serving import disclaimer_for, is_servable, visible

__all__ = [
    "DisclaimerInUse",
    "InUse",
    "Problem",
    "PublishRefused",
    "Refused",
    "disclaimer_for",
    "is_servable",
    "problems",
    "refuse_unless_ready",
    "visible",
]
