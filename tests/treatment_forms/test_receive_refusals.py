"""What a visitor has to mend, and what of their work is kept while they do."""

import re

import pytest

from tests.treatment_forms.pages import get_root, make_field, make_form_page
from tests.treatment_forms.posting import (
    ANSWERS,
    MIB,
    PDF,
    PNG,
    Sent,
    check_invariants,
    follow,
    post,
)
from treatment_forms.models import ConsentGiven, ConsentText, StagedFile, Submission

pytestmark = pytest.mark.django_db

PAPERS = (Sent("one.pdf", PDF), Sent("two.png", PNG))


def get_tokens(response):
    return re.findall(r'name="uploads" value="([^"]+)"', response.content.decode())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("full_name", ""),
        ("full_name", "x" * 256),
        ("full_name", "Anna\0"),
        ("full_name", "Anna\r\nBcc: everybody@example.org"),
        ("full_name", "Anna\n"),
        ("email", "anna"),
        ("email", "anna@example.org\r\n"),
        ("email", "anna@example.org\nBcc: x@example.org"),
        ("phone", "12"),
        ("phone", "+7 701 234 56 78\0"),
        ("phone-country", "KZ\r\n"),
        ("country", "XX"),
        ("country", None),
        ("patient", "nobody"),
        ("topic", "Treatment"),
        ("language", ["en\r\n"]),
        ("clinic", "0" * 36),
        ("message", "x" * 10_001),
        ("message", "zero\0"),
        ("consent", None),
    ],
)
def test_a_wrong_field_is_named_and_everything_typed_and_sent_is_kept(form_page, key, value):
    response = post(form_page, *PAPERS, **{key: value})

    text = response.content.decode()
    assert response.status_code == 422
    assert response.headers["Cache-Control"] == "no-store"
    check_invariants(accepted=False)
    assert StagedFile.objects.count() == 2
    assert len(get_tokens(response)) == 2
    name = key.removesuffix("-country")
    assert f'href="#{"tf-" + name}' in text
    if name != "message":
        assert ANSWERS["message"] in text
    if name != "full_name":
        assert ANSWERS["full_name"] in text


def test_an_error_is_tied_to_its_input_and_the_summary_takes_the_focus(form_page):
    text = post(form_page, email="anna").content.decode()

    field = re.search(r'<input type="email"[^>]*>', text).group()
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="tf-email_error"' in field
    assert '<ul class="tf-field__errors" id="tf-email_error">' in text
    assert 'tabindex="-1" autofocus data-tf-problems' in text


def test_what_was_staged_is_sent_with_the_mended_form(form_page):
    tokens = get_tokens(post(form_page, *PAPERS, email="anna"))

    follow(post(form_page, Sent("three.txt", b"three"), uploads=tokens))

    check_invariants(accepted=True, files=(*PAPERS, Sent("three.txt", b"three")))
    assert not StagedFile.objects.exists()


def test_a_staged_file_that_is_ticked_is_not_sent(form_page):
    tokens = get_tokens(post(form_page, *PAPERS, email="anna"))

    follow(post(form_page, uploads=tokens, remove=tokens[0]))

    check_invariants(accepted=True, files=PAPERS[1:])


def test_staged_files_stay_through_a_second_refusal(form_page):
    tokens = get_tokens(post(form_page, *PAPERS, email="anna"))

    again = post(form_page, Sent("three.txt", b"three"), uploads=tokens, email="still wrong")

    assert get_tokens(again)[:2] == tokens
    assert len(get_tokens(again)) == 3
    check_invariants(accepted=False)


def test_a_token_is_good_for_its_own_form_only(form_page):
    tokens = get_tokens(post(form_page, *PAPERS, email="anna"))
    other = make_form_page(slug="other", title="Other")

    response = post(other, uploads=tokens)

    assert response.status_code == 422
    assert "no longer here" in response.content.decode()
    assert get_tokens(response) == []
    assert StagedFile.objects.count() == 2


def test_an_expired_or_invented_token_is_told_in_words(form_page):
    tokens = get_tokens(post(form_page, *PAPERS, email="anna"))
    StagedFile.objects.filter(token=tokens[0]).update(expires_at="2020-01-01T00:00Z")

    response = post(form_page, uploads=[*tokens, "invented", "\0"])

    assert response.status_code == 422
    assert response.content.decode().count("no longer here") == 6  # three, in summary and field
    assert get_tokens(response) == tokens[1:]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (Sent("nothing.pdf", b""), "“nothing.pdf” is empty"),
        (
            Sent("big.txt", b"x" * (10 * MIB + 1)),
            "“big.txt” is too big: 10.01 MB. Each file may have up to 10 MB.",
        ),
        (Sent("setup.exe", b"MZ" + bytes(100)), "“setup.exe” is not a kind of file"),
        (Sent("photo.jpg", b"MZ" + bytes(100)), "“photo.jpg” is not a kind of file"),
    ],
)
def test_a_bad_file_is_named_with_its_limit_and_the_rest_is_kept(form_page, file, words):
    response = post(form_page, PAPERS[0], file, PAPERS[1])

    text = response.content.decode()
    assert response.status_code == 422
    assert words in text
    assert 'aria-describedby="tf-files_helptext tf-files_error"' in text
    assert [row.name for row in StagedFile.objects.order_by("pk")] == ["one.pdf", "two.png"]
    check_invariants(accepted=False)


def test_ten_files_of_exactly_the_limit_are_taken(form_page):
    files = tuple(Sent(f"{number}.txt", b"%d" % number * (10 * MIB)) for number in range(10))

    follow(post(form_page, *files))

    check_invariants(accepted=True, files=files)


def test_the_eleventh_file_is_not_kept_the_ten_are(form_page):
    files = [Sent(f"{number}.txt", b"text") for number in range(11)]

    response = post(form_page, *files)

    assert response.status_code == 422
    assert "“10.txt” was not kept: up to 10 files" in response.content.decode()
    assert StagedFile.objects.count() == 10
    check_invariants(accepted=False)


def test_staged_files_count_towards_the_limit(form_page):
    tokens = get_tokens(post(form_page, *PAPERS, email="anna"))
    files = [Sent(f"{number}.txt", b"text") for number in range(9)]

    response = post(form_page, *files, uploads=tokens)

    assert response.status_code == 422
    assert "“8.txt” was not kept" in response.content.decode()
    assert StagedFile.objects.count() == 10
    check_invariants(accepted=False)


def test_a_bad_file_does_not_take_the_place_of_a_good_one(form_page):
    bad = Sent("setup.exe", b"MZ")
    files = [Sent(f"{number}.txt", b"text") for number in range(10)]

    response = post(form_page, bad, *files)

    assert StagedFile.objects.count() == 10
    assert "was not kept" not in response.content.decode()


def test_a_closed_country_is_refused_politely(form_page, settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "CLOSED_COUNTRIES": ["KZ"]}

    response = post(form_page)

    assert response.status_code == 422
    assert "we cannot take requests from this country" in response.content.decode()
    check_invariants(accepted=False)


def test_required_files_must_be_there(db):
    page = make_form_page(make_field("files", "files", required=True))

    assert post(page).status_code == 422
    follow(post(page, PAPERS[0]))
    check_invariants(accepted=True, files=PAPERS[:1])


def test_a_consent_is_kept_word_for_word_and_once_for_each_wording(form_page):
    follow(post(form_page))
    follow(post(form_page, message="Another one"))

    given = ConsentGiven.objects.all()
    assert [one.text for one in given] == [ConsentText.objects.get()] * 2
    assert given[0].text.text.startswith("I agree to the use of this information\n\nI am the")


def test_one_request_too_many_is_not_taken_yet_and_all_of_it_is_kept(form_page, settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_SUBMISSIONS": "1/10m"}
    follow(post(form_page, message="The first"))

    response = post(form_page, *PAPERS, message="The second")

    text = response.content.decode()
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 600
    assert "The second" in text
    assert len(get_tokens(response)) == 2
    assert "Error:" in text
    assert Submission.objects.count() == 1


def test_a_refused_form_does_not_count_as_a_request(form_page, settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_SUBMISSIONS": "1/10m"}
    for _try in range(3):
        post(form_page, email="anna")

    follow(post(form_page))


def test_too_many_megabytes_are_not_kept_but_the_text_is(form_page, settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_UPLOAD_MB": "3/1h"}

    response = post(form_page, Sent("big.txt", b"x" * 3 * MIB))

    assert response.status_code == 429
    assert ANSWERS["message"] in response.content.decode()
    check_invariants(accepted=False)
    assert not StagedFile.objects.exists()


def test_after_too_many_megabytes_every_file_is_asked_for_or_still_there(form_page, settings):
    tokens = get_tokens(post(form_page, *PAPERS, email="anna"))
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_UPLOAD_MB": "3/1h"}
    source = get_root().pk

    response = post(
        form_page,
        Sent("big.txt", b"x" * 3 * MIB),
        uploads=[*tokens, "invented"],
        remove=tokens[0],
        source=str(source),
    )

    text = response.content.decode()
    assert response.status_code == 429
    assert "“big.txt” could not be kept just now. Please choose it again." in text
    assert "no longer here" in text
    assert get_tokens(response) == tokens[1:]
    assert f'name="source" value="{source}"' in text
    check_invariants(accepted=False)


def test_more_staged_files_than_the_limit_are_named_and_not_sent(form_page):
    tokens = get_tokens(post(form_page, *PAPERS, email="anna"))
    type(form_page).objects.update(max_files=1)

    response = post(form_page, uploads=tokens)

    assert response.status_code == 422
    assert "“two.png” was not kept: up to 1 files" in response.content.decode()
    assert get_tokens(response) == tokens[:1]
    follow(post(form_page, uploads=tokens[:1]))
    check_invariants(accepted=True, files=PAPERS[:1])


def test_staged_files_do_not_go_with_a_form_that_takes_no_files_any_more(form_page):
    tokens = get_tokens(post(form_page, *PAPERS, email="anna"))
    form_page.fields.get(field_type="files").delete()

    response = post(form_page, uploads=tokens)

    assert response.status_code == 422
    assert "“one.pdf” was not kept" in response.content.decode()
    follow(post(form_page))
    check_invariants(accepted=True)


def test_an_outage_does_not_count_as_a_request(form_page, settings, tmp_path):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_SUBMISSIONS": "1/10m"}
    storages = settings.STORAGES
    (tmp_path / "broken").touch()
    broken = {**storages["attachments"], "OPTIONS": {"location": tmp_path / "broken"}}
    settings.STORAGES = {**storages, "attachments": broken}
    assert post(form_page, *PAPERS).status_code == 503
    settings.STORAGES = storages

    follow(post(form_page, *PAPERS))
