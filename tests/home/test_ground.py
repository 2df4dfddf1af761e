"""Transaction tests empty the database; the next test still finds what migrations inserted."""

import pytest
from django.core.management import call_command
from wagtail.models import Collection, Locale, Site

from home.models import Disclaimer, HomePage, default_disclaimer_id
from tests.factories import make_clinic, make_news


@pytest.mark.django_db(transaction=True)
def test_a_flush_leaves_the_ground_in_place():
    make_news()

    call_command("flush", interactive=False, verbosity=0)

    assert Locale.objects.get().language_code == "en"
    assert Site.objects.get().root_page.specific == HomePage.objects.get()
    assert Collection.objects.filter(depth=1).exists()
    assert default_disclaimer_id() == Disclaimer.objects.get(live=True).pk


@pytest.mark.django_db(transaction=True)
def test_pages_can_be_made_after_the_flush_of_another_test():
    assert make_news().live
    assert make_clinic().live
