"""Dates and numbers where Django's own do not do (docs/decisions/0026)."""
