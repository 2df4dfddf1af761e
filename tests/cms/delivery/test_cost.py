"""What an editor waits for when a page's document is built."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import NewsAuthor, NewsClinic, NewsSpecialty
from cms.delivery import build
from cms.delivery.models import Document
from tests.factories import (
    make_category,
    make_clinic,
    make_hero,
    make_image,
    make_news,
    make_person,
    make_specialty,
)

pytestmark = pytest.mark.django_db
MOST = 34


def test_a_document_costs_few_statements_however_much_the_page_names():
    image = make_image()
    page = make_news(hero=make_hero(image), category=make_category())
    for number in range(3):
        page.related_clinics.add(
            NewsClinic(clinic=make_clinic(title=f"C{number}", slug=f"c{number}"))
        )
        page.specialties.add(NewsSpecialty(specialty=make_specialty(f"S{number}", f"s{number}")))
        page.authors.add(NewsAuthor(person=make_person(f"P{number}", portrait=image)))
    page.save_revision().publish()
    type(page).objects.filter(pk=page.pk).update(title="Another")  # behind our back
    with CaptureQueriesContext(connection) as asked:
        assert build.refresh(page.pk).changed
    assert b"Another" in bytes(Document.objects.get(pk=page.pk).card)
    assert len(asked) <= MOST
