"""How news and clinics are told to apps. Loaded when the app is ready."""

from articles.documents import blocks, clinics, news

__all__ = ["blocks", "clinics", "news"]
