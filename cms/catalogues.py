"""Message catalogues: compiled with polib, so that no system tool is needed."""

import os
from pathlib import Path

import polib
from django.conf import settings


def get_sources() -> list[Path]:
    """The site's own catalogues and those that travel with the plugin."""
    folders = [settings.BASE_DIR / "locale", settings.BASE_DIR / "treatment_forms" / "locale"]
    return sorted(path for folder in folders for path in folder.glob("*/LC_MESSAGES/*.po"))


def compile_source(source: Path) -> None:
    target = source.with_suffix(".mo")
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        whole = target.with_suffix(f".{os.getpid()}")
        polib.pofile(str(source)).save_as_mofile(str(whole))
        whole.replace(target)  # another process may be reading it


def compile_all() -> None:
    for source in get_sources():
        compile_source(source)
