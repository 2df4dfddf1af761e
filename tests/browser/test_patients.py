"""The page of a request in a real browser: seen, heard and pressed by everybody."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.looking import get_flaws, keep_picture
from tests.browser.test_look import site
from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.patients import get_mailed_url, send_request
from tests.treatment_forms.posting import Sent
from tests.treatment_forms.rows import make_attachment
from tests.treatment_forms.samples import PDF
from treatment_forms.models import Submission
from treatment_forms.states import State, Verdict

__all__ = ["site"]  # a fixture

LOOKS = ((320, "light"), (375, "light"), (1280, "dark"))


@pytest.fixture
def cases(transactional_db: Any) -> tuple[Submission, str]:
    form_page = make_form_page(contacts="<p>Call us: +49 30 1234567</p>")
    send_request(form_page, message="before")
    Submission.objects.update(received_at="2026-10-01T09:00Z")
    submission, url = send_request(form_page, Sent("one.pdf", PDF), message="now")
    make_attachment(submission, name="Снимок колена.jpg", verdict=Verdict.CLEAN)
    make_attachment(submission, name="letter.docx", verdict=Verdict.INFECTED)
    return submission, url


@pytest.mark.timeout(300)
def test_no_page_of_a_request_shuts_anybody_out(
    site: str, browser: Any, cases: tuple[Submission, str]
) -> None:
    submission, url = cases
    flaws = {}
    for width, scheme in LOOKS:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        for name, path in (
            ("own", url),
            ("mailed", get_mailed_url(submission)),
            ("withdraw", f"{url}withdraw/"),
        ):
            page.goto(f"{site}{path}", wait_until="networkidle")
            keep_picture(page, f"{name}-{width}")
            if found := get_flaws(page):
                flaws[name, width] = found
        page.close()

    assert flaws == {}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("has_script", [True, False])
def test_files_are_added_and_the_request_is_withdrawn_by_hand(
    site: str, browser: Any, cases: tuple[Submission, str], tmp_path: Path, has_script: bool
) -> None:
    submission, url = cases
    letter = tmp_path / "new letter.txt"
    letter.write_text("Dear doctor")
    context = browser.new_context(java_script_enabled=has_script)
    page = context.new_page()
    page.goto(f"{site}{url}")

    page.set_input_files("input[name=files]", letter)
    page.click("text=Add files")
    page.wait_for_selector("text=You have sent more files.")
    assert submission.attachments.filter(name="new letter.txt").exists()
    keep_picture(page, "added")

    page.click("text=Withdraw this request")
    page.click("text=Withdraw and delete everything")
    page.wait_for_selector("text=This request was withdrawn")
    keep_picture(page, "withdrawn")
    assert urlsplit(page.url).path == url
    submission.refresh_from_db()
    assert submission.status == State.WITHDRAWN
    assert context.cookies() == []
