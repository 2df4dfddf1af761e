"""What the form's scripts rest on: the library as it was published, and words that exist."""

import hashlib
import re
from pathlib import Path

from django.contrib.staticfiles import finders

SCRIPTS = Path(finders.find("treatment_forms/form.js")).parent
WORDS = SCRIPTS.parents[1] / "templates/treatment_forms/fields/files_words.html"
# dist/tus.min.js of tus-js-client 4.3.1; ours lacks its last line, which names a file that
# collecting static files would look for.
PUBLISHED = "8cbb1b63fccc3bba0ae73ad1deb160ce046c3750851d0c3e94921ae3ef070eb8"
LAST_LINE = b"//# sourceMappingURL=tus.min.js.map"
SAID = re.compile(r'\bsay\(\s*"([a-z-]+)"')
SAID_BY_NAME = {
    *("waiting", "uploading", "paused", "busy", "checking", "ready", "ready-later"),
    *("refused", "failed", "lost", "remove-file", "retry-file", "choose-file", "unreadable"),
    *(
        f"{mode}-{part}"
        for mode in ("waiting", "asking")
        for part in ("to-send", "without", "cancel")
    ),
}


def test_the_library_is_the_published_one():
    content = (SCRIPTS / "vendor/tus.min.js").read_bytes() + LAST_LINE

    assert hashlib.sha256(content).hexdigest() == PUBLISHED
    assert "Permission is hereby granted" in (SCRIPTS / "vendor/LICENSE").read_text()


def test_the_scripts_say_only_what_can_be_translated_and_all_of_it():
    scripts = "".join(file.read_text() for file in SCRIPTS.glob("*.js"))
    words = set(re.findall(r'data-word="([a-z-]+)"', WORDS.read_text()))

    assert {*SAID.findall(scripts), *SAID_BY_NAME} == words


def test_nothing_is_asked_of_anybody_else():
    scripts = "".join(file.read_text() for file in SCRIPTS.glob("**/*.js"))

    assert re.findall(r"https?://", scripts) == []
