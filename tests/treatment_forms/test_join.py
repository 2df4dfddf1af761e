"""A request about an earlier case: offered to who reads the mailbox, and to nobody else."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse

from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.patients import get_mailed_url, look, press, read_mail, send_request
from tests.treatment_forms.posting import follow, post
from tests.treatment_forms.rows import NOON, make_submission
from treatment_forms import conf
from treatment_forms.errors import Stale
from treatment_forms.models import Submission, SubmissionEvent
from treatment_forms.models.earlier import get_earlier
from treatment_forms.services.join import join
from treatment_forms.states import State

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
OFFER = "You wrote to us before"


@pytest.fixture
def two(form_page):
    """Two requests from one address, an hour apart: the earlier, the later, and its own address."""
    earlier, _url = send_request(form_page, message="first")
    Submission.objects.update(received_at=F("received_at") - timedelta(hours=1))
    later, url = send_request(form_page, message="second", email=" Aigerim@EXAMPLE.org ")
    earlier.refresh_from_db()
    return earlier, later, url


# --- Who learns of it -----------------------------------------------------------------


def test_the_mail_and_the_page_it_leads_to_offer_to_join(two):
    earlier, later, _url = two

    message = read_mail(later)

    for text in (message.body, message.alternatives[0][0], look(get_mailed_url(later))):
        assert OFFER in text
        assert earlier.reference in text


def test_whoever_typed_the_address_learns_nothing_of_its_owner(two, form_page):
    """Anybody can type any address, and that somebody has written to us says they are ill."""
    earlier, _later, url = two
    response = post(form_page, message="third")

    for text in (look(url), follow(response).content.decode(), look(form_page.url)):
        assert OFFER not in text
        assert earlier.reference not in text


def test_whoever_typed_the_address_can_join_nothing(two):
    earlier, later, url = two

    response = press(f"{url}join/{earlier.reference}/")

    assert response.status_code == 303
    later.refresh_from_db()
    assert later.continues is None


def test_a_joined_request_is_told_to_the_mailbox_only(two):
    earlier, later, url = two

    press(f"{get_mailed_url(later)}join/{earlier.reference}/")

    assert earlier.reference in look(get_mailed_url(later))
    assert earlier.reference not in look(url)


def test_the_first_request_of_somebody_offers_nothing(form_page):
    submission, _url = send_request(form_page)

    assert OFFER not in read_mail(submission).body
    assert OFFER not in look(get_mailed_url(submission))


# --- What it does ---------------------------------------------------------------------


def test_joining_is_told_in_both_histories_and_changes_nothing_else(two):
    earlier, later, _url = two

    response = press(f"{get_mailed_url(later)}join/{earlier.reference}/")

    assert response.headers["Location"] == get_mailed_url(later)
    later.refresh_from_db()
    assert later.continues == earlier
    assert (later.status, earlier.status) == (State.RECEIVED, State.RECEIVED)
    details = {
        one: one.events.get(kind=SubmissionEvent.Kind.JOINED).detail for one in (earlier, later)
    }
    assert details[later] == {"joined_to": earlier.reference}
    assert details[earlier] == {"joined_by": later.reference}


def test_joining_twice_is_joining_once(two):
    earlier, later, _url = two

    for _press in range(2):
        press(f"{get_mailed_url(later)}join/{earlier.reference}/")

    assert SubmissionEvent.objects.filter(kind=SubmissionEvent.Kind.JOINED).count() == 2
    assert OFFER not in look(get_mailed_url(later))


def test_another_site_can_join_nothing(two):
    earlier, later, _url = two

    path = f"{get_mailed_url(later)}join/{earlier.reference}/"
    assert press(path, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403

    later.refresh_from_db()
    assert later.continues is None


# --- What is on offer -----------------------------------------------------------------


def make_pair(**earlier):
    fields = {"email_key": "a" * 64, "received_at": NOON, **earlier}
    return make_submission(**fields), make_submission(email_key="a" * 64, received_at=LATER)


def test_an_earlier_request_from_the_same_address_is_on_offer():
    earlier, later = make_pair()

    assert list(get_earlier(later, at=LATER)) == [earlier]
    assert list(get_earlier(earlier, at=LATER)) == []  # and never the other way round


@pytest.mark.parametrize(
    "fields",
    [
        {"email_key": "b" * 64},
        {"email_key": ""},
        {"form_key": "22222222-2222-4222-8222-222222222222"},
        {"status": State.SPAM},
        {"status": State.WITHDRAWN},
        {"is_test": True},
        {"received_at": LATER - conf.JOINED_WITHIN - timedelta(seconds=1)},
        {"received_at": LATER + timedelta(seconds=1)},
    ],
)
def test_nothing_else_is(fields):
    earlier, later = make_pair(**fields)

    assert list(get_earlier(later, at=LATER)) == []
    with pytest.raises(Stale):
        join(later.pk, earlier.pk, at=LATER)

    later.refresh_from_db()
    assert later.continues is None
    assert not SubmissionEvent.objects.exists()


@pytest.mark.parametrize("state", [State.SPAM, State.WITHDRAWN])
def test_what_is_spam_or_withdrawn_itself_joins_nothing(state):
    earlier, later = make_pair()
    Submission.objects.filter(pk=later.pk).update(status=state)

    with pytest.raises(Stale):
        join(later.pk, earlier.pk, at=LATER)


def test_requests_without_an_address_are_not_all_the_same_persons():
    make_submission(email_key="")
    later = make_submission(email_key="", received_at=LATER)

    assert list(get_earlier(later, at=LATER)) == []


def test_a_request_that_belongs_to_another_is_not_on_offer_so_that_there_is_no_circle():
    first, second = make_pair()
    join(second.pk, first.pk, at=LATER)
    third = make_submission(email_key="a" * 64, received_at=LATER + timedelta(hours=1))

    assert list(get_earlier(third, at=LATER)) == [first]


def test_a_request_of_another_form_is_no_offer(form_page):
    send_request(form_page)
    other = make_form_page(slug="other", title="Other")
    later, _url = send_request(other)

    assert OFFER not in look(get_mailed_url(later))


# --- The desk -------------------------------------------------------------------------


def test_the_desk_shows_each_of_the_two_beside_the_other(two, admin):
    earlier, later, _url = two
    press(f"{get_mailed_url(later)}join/{earlier.reference}/")

    for one, other, words in (
        (later, earlier, "Adds to"),
        (earlier, later, f"{later.reference} was joined to this one"),
    ):
        path = reverse("treatment_forms_desk:request", args=[one.reference])
        text = admin.get(path).content.decode()
        assert words in text
        assert reverse("treatment_forms_desk:request", args=[other.reference]) in text
