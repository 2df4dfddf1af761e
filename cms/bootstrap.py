"""Makes .venv and keeps it at the pinned requirements; needs nothing but Python itself.

    python3 cms/bootstrap.py requirements.txt

`make` calls it before everything else, so it must stay quick when nothing has changed.
"""

import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
DEVELOPMENT = "requirements-dev.txt"


def say(text: str) -> None:
    sys.stderr.write(text + "\n")


def give_up(text: str) -> None:
    say(text)
    raise SystemExit(1)


def check_python() -> None:
    found = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < OLDEST:
        give_up(f"Python {found} is too old: 3.11 or newer is needed (make PYTHON=python3.12 …).")
    if importlib.util.find_spec("ensurepip") is None:
        give_up(
            "This Python cannot make virtual environments yet. Add what is missing:\n"
            "    sudo apt install python3-venv"
        )


def is_usable() -> bool:
    """A copied or moved checkout, or an upgraded system, leaves a .venv that does not start."""
    if not PYTHON.exists():
        return False
    probe = subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False)
    return probe.returncode == 0


def make_venv() -> None:
    say("Making .venv …")
    clear = ["--clear"] if VENV.exists() else []
    if subprocess.run([sys.executable, "-m", "venv", *clear, VENV], check=False).returncode:
        give_up("Making .venv failed. On Debian and Ubuntu:\n    sudo apt install python3-venv")


def install(lock: Path) -> None:
    """Installs exactly what the lock file names, unless that was done before."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = VENV / f"{lock.name}.sha256"
    if stamp.exists() and stamp.read_text() == digest:
        return
    say(f"Installing {lock.name} …")
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--no-input", "--no-deps"]
    if lock.name == DEVELOPMENT and not sys.dont_write_bytecode:
        pip += ["--no-compile"]  # Python compiles what it imports: less than half of it
    command = [*pip, "--disable-pip-version-check", "--require-hashes", "-r", str(lock)]
    if subprocess.run(command, check=False).returncode:
        give_up(f"Installing {lock.name} failed; pip's reason stands above.")
    stamp.write_text(digest)


def main(names: list[str]) -> None:
    check_python()
    if not is_usable():
        make_venv()
    for name in names:
        install(ROOT / name)


if __name__ == "__main__":
    main(sys.argv[1:])
