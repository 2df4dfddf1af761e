"""One style sheet for readers, many files for those who write it.

Thirty `@import`s are thirty requests, one round trip later than the page. This finder gives
`site.css` with its parts written into it, to collectstatic and to the development server alike.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

from cms.settings.env import VAR_DIR

SOURCE = Path(__file__).parent / "static" / "cms" / "css" / "site.imports.css"
BUNDLE = "cms/css/site.css"
IMPORT = re.compile(r'@import url\("(?P<path>[^"]+)"\)(?: layer\((?P<layer>[a-z]+)\))?;')


def bundle(source: Path = SOURCE) -> str:
    """The sheet with every import replaced by what it names, in its layer."""
    return IMPORT.sub(
        lambda found: _read_part(source.parent, **found.groupdict()), source.read_text()
    )


def _read_part(folder: Path, path: str, layer: str | None) -> str:
    css = (folder / path).read_text().strip()
    return f"@layer {layer} {{\n{css}\n}}" if layer else css


class BundleFinder(BaseFinder):
    @property
    def folder(self) -> Path:
        return VAR_DIR / "styles"

    def write(self) -> Path:
        file, css = self.folder / BUNDLE, bundle()
        if not file.exists() or file.read_text() != css:
            file.parent.mkdir(parents=True, exist_ok=True)
            part = file.with_suffix(f".{uuid4().hex}")
            part.write_text(css)
            part.replace(file)  # nobody is ever given half a sheet
        return file

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path != BUNDLE:
            return []
        found = str(self.write())
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        self.write()
        yield BUNDLE, FileSystemStorage(location=self.folder)
