"""What this site adds to Wagtail's admin."""

from home import gate_admin, snippet_admin, translation_admin

__all__ = ["gate_admin", "snippet_admin", "translation_admin"]
