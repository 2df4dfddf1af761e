"""The app's contract: addresses, schemas, errors."""

from cms.api.api import api

__all__ = ["api"]
