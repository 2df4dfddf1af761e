"""Where a text in another language comes from, and whether it still says what the original says.

For readers (pages, documents, the API), of a page or snippet that is live:

- `get_state(row)`: its `TranslationState`: `origin` (original, human, machine accepted by a named
  person, unknown), `is_stale`, `source_revision_at` (when the version of the original was published
  that it translates), `accepted_by`, `accepted_at`. No query for the site's own language, else one.
- `get_states(rows)`: the same for many, in one query, by `(translation_key, locale_id)`.

What is stored was written in the transaction that published the translation, or its original: the
answer never has to look at a text. Unpublishing leaves it: ask only of what is live.

Whether a text may go live in its language is `home.publishing`'s to say, which asks `judge`.
Nothing in this package imports a model when it is loaded, because the models import it.
"""

from home.translations.origin import Origin, TranslationState
from home.translations.state import get_state, get_states

__all__ = ["Origin", "TranslationState", "get_state", "get_states"]
