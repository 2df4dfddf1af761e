"""A typed client of the API, generated from its contract when a test asks for it."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

SNAPSHOT = settings.BASE_DIR / "docs" / "api-snapshot.json"
GENERATOR = (sys.executable, "-m", "openapi_python_client")
NAME = "generated_app_client"
# The generator forgets an import where a body may be JSON or multipart.
FLAW = ("from ...types import ", "from ...types import Unset, ")


def generate(folder: Path) -> None:
    """Write the client as a package below this folder."""
    config = folder / "config.json"
    config.write_text('{"post_hooks": []}')
    command = [*GENERATOR, "generate", "--path", str(SNAPSHOT), "--meta", "none"]
    command += ["--output-path", str(folder / NAME), "--config", str(config)]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    for path in (folder / NAME / "api").rglob("*.py"):
        path.write_text(path.read_text().replace(*FLAW))


def keep_connection() -> None:
    for end in (request_started, request_finished):
        end.disconnect(close_old_connections)


class AppClient:
    """The generated package, speaking to the site in this process."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.client = self.make("Client")
        self.models = import_module(f"{package}.models")
        self.types = import_module(f"{package}.types")

    def make(self, kind: str, **options: Any) -> Any:
        transport = httpx.WSGITransport(app=WSGIHandler())
        client = getattr(import_module(f"{self.package}.client"), kind)
        return client(base_url="http://testserver", httpx_args={"transport": transport}, **options)

    def call(self, operation: str, *args: Any, client: Any = None, **options: Any) -> Any:
        """
        Args:
            operation: its tag and its name: `content.sync`.
        """
        keep_connection()  # Django's own test client has put back what `one_connection` took away
        module = import_module(f"{self.package}.api.{operation}")
        answer = module.sync_detailed(*args, client=client or self.client, **options)
        assert answer.status_code < 300, answer.content
        return answer.parsed
