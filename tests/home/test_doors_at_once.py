"""Two people at the same moment: one publishes a page, the other withdraws its disclaimer."""

import threading
import time

import pytest
from django.db import connection, transaction

from articles.models import NewsPage
from home.models import Disclaimer
from home.publishing import DisclaimerInUse
from tests.factories import make_news

SECONDS_BEFORE_COMMIT = 0.5


@pytest.mark.django_db(transaction=True)
def test_whoever_comes_second_sees_what_the_first_has_done() -> None:
    page = make_news(live=False)
    has_published = threading.Event()

    def publish_slowly() -> None:
        try:
            with transaction.atomic():
                NewsPage.objects.get(pk=page.pk).get_latest_revision().publish()
                has_published.set()
                time.sleep(SECONDS_BEFORE_COMMIT)
        finally:
            connection.close()

    publisher = threading.Thread(target=publish_slowly)
    publisher.start()
    assert has_published.wait(timeout=10)

    with pytest.raises(DisclaimerInUse):
        Disclaimer.objects.get().unpublish()

    publisher.join()
    assert NewsPage.objects.get(pk=page.pk).live
    assert Disclaimer.objects.get().live
