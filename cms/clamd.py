"""An installed clamd, started beside the development server and by the service tests.

Needs nothing but Python: also the test runner uses it, before there is a Django.
"""

import socket
from dataclasses import dataclass
from pathlib import Path
from shutil import which

INSTALL = "sudo apt install clamav-daemon"
SYSTEM_SIGNATURES = Path("/var/lib/clamav")
# The industry's harmless test file, as the one line of a signature database. Split so that no
# scanner takes this source for the file itself.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
# AlertExceedsMax and AlertEncrypted: without them clamd says OK to what it did not look into.
CONFIGURATION = """\
TCPSocket {port}
TCPAddr 127.0.0.1
DatabaseDirectory {signatures}
TemporaryDirectory {folder}
Foreground yes
LogTime yes
AlertExceedsMax yes
AlertEncrypted yes
StreamMaxLength 25M
MaxFileSize 25M
MaxThreads 4
"""


@dataclass(frozen=True)
class Clamd:
    """How to start a clamd, where it will answer, and whether it knows real malware."""

    command: list[str]
    url: str
    knows_malware: bool


def get_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def has_signatures(folder: Path) -> bool:
    return any(path.suffix in {".cvd", ".cld"} for path in folder.glob("*.c[vl]d"))


def write_test_signatures(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "eicar.ndb").write_text(f"Eicar-Signature:0:0:{EICAR.hex()}\n")
    return folder


def prepare(folder: Path, system_signatures: Path = SYSTEM_SIGNATURES) -> Clamd | None:
    """Write a configuration for the installed clamd into `folder`; None where there is none."""
    program = which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        return None
    knows_malware = has_signatures(system_signatures)
    folder.mkdir(parents=True, exist_ok=True)
    signatures = (
        system_signatures if knows_malware else write_test_signatures(folder / "signatures")
    )
    port = get_free_port()
    configuration = folder / "clamd.conf"
    configuration.write_text(CONFIGURATION.format(port=port, signatures=signatures, folder=folder))
    command = [program, "--foreground", f"--config-file={configuration}"]
    return Clamd(command, f"tcp://127.0.0.1:{port}", knows_malware)
