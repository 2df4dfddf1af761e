from treatment_forms import conf
from treatment_forms.scanners.base import Scanner
from treatment_forms.scanners.clamd import Clamd


def get_scanner() -> Scanner | None:
    """The host's scanner; None where it has none, and then no file is ever clean."""
    url = conf.get("CLAMD_URL")
    return Clamd(url) if url else None
