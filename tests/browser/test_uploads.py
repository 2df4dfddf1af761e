"""Files on their way: over a slow line, no line, a dead server and a page that is loaded again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test.utils import override_settings

from tests.browser import visiting
from tests.browser.serving import serve
from tests.browser.test_look import get_flaws
from tests.wire.clamd import fake_clamd
from treatment_forms.models import StagedFile, Submission

KIB = 1024
MEMORY = "treatment_forms.uploads"
PROGRAM = b"MZ\x90\x00" + bytes(2000)


@pytest.fixture
def site(live_server: Any) -> Iterator[str]:
    with override_settings(ALLOWED_HOSTS=["*"]):
        yield live_server.url


@pytest.fixture
def address(site: str) -> str:
    return f"{site}{visiting.make_form()}"


@pytest.fixture
def clamd() -> Iterator[Any]:
    with fake_clamd() as clamd:
        plugin = {**settings.TREATMENT_FORMS, "CLAMD_URL": clamd.url}
        with override_settings(TREATMENT_FORMS=plugin):
            yield clamd


def make_payload(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "text/plain", "buffer": content}


def read_memory(page: Any) -> dict[str, Any]:
    return json.loads(page.evaluate(f"sessionStorage['{MEMORY}'] ?? '{{}}'"))


def get_text(page: Any, part: str) -> str:
    return page.inner_text(f"[data-tf-files] [data-tf-{part}]")


# --- Everything arrives, once -------------------------------------------------------------


def test_ten_files_outlive_a_slow_line_a_killed_server_and_a_reload(
    transactional_db: None, page: Any, tmp_path: Path
) -> None:
    big = 2500 * KIB
    files = visiting.make_files(tmp_path, big, big, *[300 * KIB] * 8)
    path = visiting.make_form()
    begun: list[str] = []
    page.on("request", lambda one: begun.append(one.headers.get("upload-length", "")))
    with serve() as server:
        server.start()
        visiting.open_form(page, f"http://127.0.0.1:{server.port}{path}")
        line = visiting.Line(page)
        line.slow_down(1000 * KIB)
        visiting.choose(page, files)
        visiting.wait_for(page, "uploading", 2)
        page.wait_for_timeout(1500)
        server.kill()
        visiting.wait_for(page, "paused", 2)
        server.start()
        visiting.wait_for(page, "ready", 3)

        page.reload()
        visiting.wait_for(page, "ready", 3)
        visiting.choose(page, files)
        line.slow_down(4000 * KIB)
        visiting.wait_for(page, "ready", 10)
        visiting.fill(page)
        visiting.send(page)
        visiting.wait_for_thanks(page)

    assert visiting.read_received() == visiting.read_sent(files)
    assert begun.count(str(big)) == 2  # they went on, and were not sent anew
    assert read_memory(page) == {}


def test_without_javascript_files_that_passed_stay_and_can_be_left_out(
    address: str, browser: Any, tmp_path: Path
) -> None:
    page = browser.new_page(java_script_enabled=False, viewport={"width": 375, "height": 800})
    files = visiting.make_files(tmp_path, *[300 * KIB] * 10)
    page.goto(address)
    visiting.Line(page).slow_down(3000 * KIB)
    visiting.choose(page, files)
    visiting.fill(page, email="anna@nowhere")  # good enough for a browser, not for us
    visiting.send(page)
    page.wait_for_selector("[data-tf-problems]")

    kept = page.locator("[data-tf-kept]")
    assert kept.count() == 10
    page.get_by_label(f"Do not send this file: {files[3].name}").check()
    visiting.fill(page)
    visiting.send(page)
    visiting.wait_for_thanks(page)
    page.close()

    assert visiting.read_received() == visiting.read_sent([*files[:3], *files[4:]])


def test_a_lost_network_is_told_and_the_files_go_on_by_themselves(
    address: str, page: Any, tmp_path: Path
) -> None:
    files = visiting.make_files(tmp_path, 1500 * KIB, 200 * KIB, 200 * KIB)
    visiting.open_form(page, address)
    line = visiting.Line(page)
    line.slow_down(500 * KIB)
    visiting.choose(page, files)
    visiting.wait_for(page, "uploading", 2)

    line.cut()
    visiting.wait_for(page, "paused", 2)
    page.wait_for_selector("[data-tf-pause]:has-text('There is no connection')")
    line.restore()
    visiting.wait_for(page, "ready", 3)
    visiting.fill(page)
    visiting.send(page)
    visiting.wait_for_thanks(page)

    assert visiting.read_received() == visiting.read_sent(files)


def test_whoever_unlocks_the_phone_need_not_wait_for_the_next_try(
    address: str, page: Any, tmp_path: Path
) -> None:
    asked: list[str] = []
    page.route(visiting.UPLOADS, lambda route: asked.append("") or route.abort())
    visiting.open_form(page, address)
    visiting.choose(page, visiting.make_files(tmp_path, 1000))
    while len(asked) < 3:  # after 1, 2 and then 4 seconds
        page.wait_for_timeout(50)
    page.unroute(visiting.UPLOADS)

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector(f"{visiting.ROW}[data-state=ready]", timeout=3500)


# --- Choosing ---------------------------------------------------------------------------------


def test_what_is_too_much_or_here_already_is_told_before_a_byte_is_sent(
    address: str, page: Any, tmp_path: Path
) -> None:
    created: list[str] = []
    page.on("request", lambda one: created.append(one.method) if one.method == "POST" else None)
    files = visiting.make_files(tmp_path, *[1000] * 12)
    huge = tmp_path / "huge.txt"
    huge.write_bytes(b"a" * (10 * KIB * KIB + 1))
    (tmp_path / "nothing.txt").touch()
    visiting.open_form(page, address)
    visiting.choose(page, files[:5])
    visiting.wait_for(page, "ready", 5)
    visiting.choose(page, [*files, huge, tmp_path / "nothing.txt"])
    visiting.wait_for(page, "ready", 10)

    assert sorted(visiting.states(page)) == ["ready"] * 10 + ["refused"] * 2
    assert "There was no place for" in get_text(page, "note")
    assert all(file.name in get_text(page, "note") for file in files[10:])
    assert "In the list already" in get_text(page, "note")
    assert "10.01 MB. Each file may have up to 10 MB." in page.inner_text("[data-tf-list]")
    assert len(created) == 10


def test_slices_of_a_scan_that_share_name_and_size_are_all_sent(address: str, page: Any) -> None:
    slices = [make_payload("IM0001", letter * 3000) for letter in (b"a", b"b", b"a")]
    visiting.open_form(page, address)
    visiting.choose(page, slices)
    visiting.wait_for(page, "ready", 2)
    visiting.fill(page)
    visiting.send(page)
    visiting.wait_for_thanks(page)

    sent = [("IM0001", visiting.digest(letter * 3000)) for letter in (b"a", b"b")]
    assert visiting.read_received() == sorted(sent)


def test_another_file_of_the_same_name_and_size_is_not_taken_for_the_rest_of_the_first(
    address: str, page: Any
) -> None:
    size = 1200 * KIB
    page.route(visiting.UPLOADS, lambda route: stop_after_the_first_piece(route))
    visiting.open_form(page, address)
    visiting.choose(page, [make_payload("IM0001", b"a" * size)])
    visiting.wait_for(page, "paused")
    page.reload()
    visiting.wait_for(page, "lost")
    page.unroute(visiting.UPLOADS)

    visiting.choose(page, [make_payload("IM0001", b"b" * size)])
    visiting.wait_for(page, "ready")
    assert visiting.states(page) == ["lost", "ready"]
    visiting.choose(page, [make_payload("IM0001", b"a" * size)])
    visiting.wait_for(page, "ready", 2)
    visiting.fill(page)
    visiting.send(page)
    visiting.wait_for_thanks(page)

    sent = [("IM0001", visiting.digest(letter * size)) for letter in (b"a", b"b")]
    assert visiting.read_received() == sorted(sent)


def stop_after_the_first_piece(route: Any) -> None:
    is_later = int(route.request.headers.get("upload-offset", 0)) > 0
    route.abort() if is_later else route.continue_()


def test_only_ids_are_remembered_and_nothing_after_the_request_is_sent(
    address: str, page: Any, tmp_path: Path
) -> None:
    [file] = visiting.make_files(tmp_path, 1000)
    visiting.open_form(page, address)
    visiting.choose(page, [file])
    visiting.wait_for(page, "ready")
    page.wait_for_function(f"/:\"[^\"]/.test(sessionStorage['{MEMORY}'])")  # for the mark
    [(_form, marks)] = read_memory(page).items()

    assert StagedFile.objects.get().token in marks
    assert [len(mark) for mark in marks.values()] == [8]
    assert page.evaluate("sessionStorage.length") == 1
    assert page.evaluate("localStorage.length") == 0
    visiting.fill(page)
    visiting.send(page)
    visiting.wait_for_thanks(page)
    assert read_memory(page) == {}


# --- Sending ----------------------------------------------------------------------------------


def test_a_request_waits_for_its_files_can_be_held_back_and_then_goes_by_itself(
    address: str, page: Any, tmp_path: Path
) -> None:
    files = visiting.make_files(tmp_path, 900 * KIB)
    visiting.open_form(page, address)
    visiting.Line(page).slow_down(300 * KIB)
    visiting.choose(page, files)
    visiting.fill(page)
    visiting.send(page)
    page.wait_for_selector(visiting.PANEL)
    page.get_by_role("button", name="Do not send yet").click()
    assert page.locator(visiting.PANEL).count() == 0
    visiting.wait_for(page, "ready")
    assert not Submission.objects.exists()

    visiting.choose(page, visiting.make_files(tmp_path, 901 * KIB))
    visiting.send(page)
    page.wait_for_selector(visiting.PANEL)
    visiting.wait_for_thanks(page)

    assert Submission.objects.get().attachments.count() == 2


def test_a_refused_file_says_why_and_is_left_out_only_when_the_visitor_agrees(
    address: str, page: Any, clamd: Any, tmp_path: Path
) -> None:
    files = visiting.make_files(tmp_path, 1000)
    visiting.open_form(page, address)
    visiting.choose(page, files)
    visiting.choose(page, [make_payload("photo.jpg", PROGRAM)])
    visiting.wait_for(page, "refused")
    visiting.wait_for(page, "ready")
    told = page.inner_text(f"{visiting.ROW}[data-state=refused]")
    assert "is not a kind of file that we can take" in told
    assert "Ready. It is checked." in page.inner_text("[data-tf-list]")

    visiting.fill(page)
    visiting.send(page)
    assert "photo.jpg" in page.inner_text(visiting.PANEL)
    assert not Submission.objects.exists()
    page.get_by_role("button", name="Send without these files").click()
    visiting.wait_for_thanks(page)

    assert visiting.read_received() == visiting.read_sent(files)


def test_without_a_network_the_request_can_still_be_told_to_go_without_its_files(
    address: str, page: Any, tmp_path: Path
) -> None:
    page.route(visiting.UPLOADS, lambda route: route.abort())
    visiting.open_form(page, address)
    visiting.choose(page, visiting.make_files(tmp_path, 1000))
    visiting.wait_for(page, "paused")
    visiting.fill(page)
    visiting.send(page)
    page.get_by_role("button", name="Send now without them").click()
    page.get_by_role("button", name="Send without these files").click()
    visiting.wait_for_thanks(page)

    assert visiting.read_received() == []


def test_files_that_the_server_has_kept_join_the_list_and_count_once(
    address: str, page: Any, tmp_path: Path
) -> None:
    files = visiting.make_files(tmp_path, *[1000] * 3)
    visiting.open_form(page, address)
    visiting.choose(page, files)
    visiting.wait_for(page, "ready", 3)
    visiting.fill(page, email="anna@nowhere")
    visiting.send(page)
    page.wait_for_selector("[data-tf-problems]")
    visiting.wait_for(page, "ready", 3)
    page.wait_for_timeout(500)

    assert visiting.states(page) == ["ready"] * 3
    assert page.locator("[data-tf-kept]").count() == 0
    page.get_by_role("button", name="Remove").first.click()
    visiting.choose(page, files[1:])  # here already
    visiting.fill(page)
    visiting.send(page)
    visiting.wait_for_thanks(page)

    assert visiting.read_received() == visiting.read_sent(files[1:])


# --- Where it cannot be ------------------------------------------------------------------------


TOO_OLD = {"status": 403, "code": "form_token", "detail": "This page is too old."}
CANNOT = {
    "the page is too old": lambda route: route.fulfill(status=403, json=TOO_OLD),
    "a proxy lets no PATCH through": lambda route: (
        route.fulfill(status=405) if route.request.method == "PATCH" else route.continue_()
    ),
    "nobody is there": lambda route: route.fulfill(status=404),
}


@pytest.mark.parametrize("why", CANNOT)
def test_where_uploads_do_not_work_the_form_sends_its_files_itself(
    address: str, page: Any, tmp_path: Path, why: str
) -> None:
    files = visiting.make_files(tmp_path, *[1000] * 3)
    page.route(visiting.UPLOADS, CANNOT[why])
    visiting.open_form(page, address)
    visiting.fill(page)
    visiting.choose(page, files)
    page.wait_for_selector("[data-tf-files]:not(.tf-files--live)")
    assert all(file.name in page.inner_text("[data-tf-chosen]") for file in files)
    visiting.send(page)
    visiting.wait_for_thanks(page)

    assert visiting.read_received() == visiting.read_sent(files)


@pytest.mark.parametrize("script", ["uploads.js", "tus.min.js"])
def test_a_script_that_does_not_load_costs_no_file(
    address: str, page: Any, tmp_path: Path, script: str
) -> None:
    files = visiting.make_files(tmp_path, 1000)
    page.route(f"**/{script}", lambda route: route.abort())
    page.goto(address, wait_until="networkidle")
    visiting.choose(page, files)
    page.wait_for_selector("[data-tf-chosen] li")
    visiting.fill(page)
    visiting.send(page)
    visiting.wait_for_thanks(page)

    assert visiting.read_received() == visiting.read_sent(files)


# --- For everybody ------------------------------------------------------------------------------


def test_everything_can_be_done_with_the_keyboard(address: str, page: Any, tmp_path: Path) -> None:
    files = visiting.make_files(tmp_path, *[1000] * 3)
    page.on("filechooser", lambda _: None)  # whoever begins to listen later may miss it
    visiting.open_form(page, address)
    visiting.fill(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "tf-files"
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(files)
    visiting.wait_for(page, "ready", 3)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # removes the first, and is then on the second
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "submit"
    page.keyboard.press("Enter")
    visiting.wait_for_thanks(page)

    assert visiting.read_received() == visiting.read_sent(files[2:])


@pytest.mark.parametrize(("width", "scheme"), [(375, "light"), (1280, "dark")])
def test_the_list_shuts_nobody_out(
    address: str, browser: Any, tmp_path: Path, width: int, scheme: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    visiting.open_form(page, address)
    visiting.choose(page, visiting.make_files(tmp_path, 1000))
    visiting.choose(page, [make_payload("photo.jpg", PROGRAM)])
    visiting.wait_for(page, "refused")
    page.route(visiting.UPLOADS, lambda route: route.abort())
    visiting.choose(page, [make_payload("later.txt", b"later")])
    visiting.wait_for(page, "paused")
    visiting.fill(page)
    visiting.send(page)
    page.wait_for_selector(visiting.PANEL)

    assert get_flaws(page) == []
    page.close()
