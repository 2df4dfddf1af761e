"""Every kind of change x every kind of document: what the API says is what the site says.

Each change is made as an editor, a command or code makes it. After it, and after the workers have
run, the documents are compared with a fresh build (`documents --check` finds nothing), and the
API's answers with what the change must have made of them.
"""

import json
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from threading import Event, Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, connections, transaction
from django.test import Client
from django.utils import timezone
from freezegun import freeze_time
from wagtail.models import Locale, Page, PageViewRestriction, Site

from articles.models import (
    Category,
    ClinicDoctor,
    ClinicPage,
    NewsAuthor,
    NewsClinic,
    NewsIndexPage,
    NewsPage,
    NewsSpecialty,
    PageReview,
    Person,
    Specialty,
)
from cms.delivery import changes, tasks
from cms.delivery.models import Document, Reason, StaleMark
from home.models import Disclaimer, HomePage, SiteImage, SiteSettings
from home.models.pages import StandardPage
from home.publishing import scheduled
from home.signals import clock_ticked
from tests.factories import (
    add_page,
    get_home,
    make_body,
    make_category,
    make_clinic,
    make_hero,
    make_image,
    make_news,
    make_person,
    make_specialty,
)
from tests.treatment_forms.pages import make_form_page
from treatment_forms.models import TreatmentFormPage

pytestmark = pytest.mark.django_db


class World:
    """One of each kind of document, tied to each other and to one of each thing they show."""

    def __init__(self) -> None:
        self.image = make_image(credit="Credit 1", alt_texts={"en": "A ward", "ru": "Палата"})
        self.portrait = make_image(title="Portrait")
        self.person = make_person("Dr. Ada Example", portrait=self.portrait)
        self.category = make_category("Category 1", "category")
        self.specialty = make_specialty("Specialty 1", "specialty")
        self.clinic = make_clinic(title="Clinic 1", slug="clinic", hero=make_hero(self.image))
        self.clinic.doctors.add(ClinicDoctor(person=self.person))
        self.clinic = publish(self.clinic)
        self.about = add_page(
            get_home(),
            StandardPage(title="About 1", slug="about", body=make_text("<p>About us.</p>")),
        )
        link = f'<p>See <a linktype="page" id="{self.about.pk}">about</a>.</p>'
        self.news = make_news(
            title="News 1",
            slug="news-1",
            category=self.category,
            hero=make_hero(self.image),
            body=make_body(("paragraph", link)),
        )
        self.news.related_clinics.add(NewsClinic(clinic=self.clinic))
        self.news.authors.add(NewsAuthor(person=self.person))
        self.news.specialties.add(NewsSpecialty(specialty=self.specialty))
        self.news = publish(self.news)
        settle()

    def find(self) -> None:
        """As the database has it now."""
        self.image, self.portrait = SiteImage.objects.order_by("pk")
        self.person, self.category = Person.objects.get(), Category.objects.get(slug="category")
        self.specialty, self.clinic = Specialty.objects.get(), ClinicPage.objects.get()
        self.about, self.news = StandardPage.objects.get(), NewsPage.objects.get()
        self.index = NewsIndexPage.objects.get()


def make_text(html: str) -> list[tuple[str, Any]]:
    return [("paragraph", html)]


def publish(page: Any) -> Any:
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def settle() -> None:
    """What the workers do after each commit."""
    tasks.rebuild()
    changes.number()


def read(page: Page) -> str:
    """The page's document as text, or the status that is told instead."""
    response = Client().get(f"/api/v1/pages/{page.pk}")
    return (
        response.content.decode()
        if response.status_code == 200
        else f"status {response.status_code}"
    )


def listed(kind: str = "news") -> str:
    return Client().get(f"/api/v1/{kind}").content.decode()


GONE = "status 404"
REMAINS = ("News 1", '"request_form":null')
Act = Callable[[World], Any]
# What is done; the page that is looked at; what its document must hold then (GONE: nothing may be
# had of it); whether it holds at once, or when the workers have run.
TABLE: dict[str, tuple[Act, str, str, bool]] = {}


def change(name: str, page: str, holds: str, *, at_once: bool) -> Callable[[Act], Act]:
    def add(act: Act) -> Act:
        TABLE[f"{name}: {page}"] = (act, page, holds, at_once)
        return act

    return add


def rename(page: Any, title: str) -> None:
    page.title = title
    publish(page)


@change("publish", "news", "News 2", at_once=True)
@change("publish", "clinic", "News 2", at_once=True)
@change("publish", "about", "News 2", at_once=True)
@change("publish", "index", "News 2", at_once=True)
def _publish(world: World) -> None:
    for page in (world.news, world.clinic, world.about, world.index):
        rename(page, "News 2")


@change("a clinic renamed", "news", "Clinic 2", at_once=False)
def _rename_clinic(world: World) -> None:
    rename(world.clinic, "Clinic 2")


@change("the section renamed", "news", "Section 2", at_once=False)
def _rename_section(world: World) -> None:
    rename(world.index, "Section 2")


@change("unpublish", "news", GONE, at_once=True)
def _unpublish(world: World) -> None:
    world.news.unpublish()


@change("unpublish a bare page", "news", GONE, at_once=True)
def _unpublish_bare(world: World) -> None:
    Page.objects.get(pk=world.news.pk).unpublish()


@change("UPDATE behind our back", "news", GONE, at_once=True)
def _update(world: World) -> None:
    Page.objects.filter(pk=world.news.pk).update(live=False)
    StaleMark.objects.create(scope=StaleMark.Scope.PAGE, key=str(world.news.pk))  # the daily look


@change("schedule", "news", "Later", at_once=True)
def _schedule(world: World) -> None:
    world.news.go_live_at = timezone.now() + timedelta(hours=1)
    world.news.title = "Later"
    publish(world.news)
    assert "Later" not in read(world.news)
    with freeze_time(world.news.go_live_at + timedelta(hours=1), tick=True):
        scheduled.run(timezone.now())


@change("expire", "news", GONE, at_once=True)
def _expire(world: World) -> None:
    world.news.expire_at = timezone.now() + timedelta(hours=1)
    publish(world.news)
    scheduled.run(timezone.now() + timedelta(hours=2))


@change("expired, and nobody has run", "news", GONE, at_once=True)
def _expire_unseen(world: World) -> None:
    Page.objects.filter(pk=world.news.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    StaleMark.objects.filter().delete()


@change("delete", "news", GONE, at_once=True)
def _delete(world: World) -> None:
    world.news.delete()


@change("delete a clinic", "news", '"clinics":[]', at_once=False)
def _delete_clinic(world: World) -> None:
    Page.objects.get(pk=world.clinic.pk).delete()


@change("delete the section", "news", GONE, at_once=True)
def _delete_section(world: World) -> None:
    Page.objects.get(pk=world.index.pk).delete()


@change("slug", "news", "/en/news/other/", at_once=True)
def _slug(world: World) -> None:
    world.news.slug = "other"
    publish(world.news)


@change("slug of the section", "news", "/en/elsewhere/news-1/", at_once=False)
def _slug_above(world: World) -> None:
    world.index.slug = "elsewhere"
    publish(world.index)


@change("move", "about", "/en/top/about/", at_once=False)
def _move(world: World) -> None:
    top = add_page(get_home(), StandardPage(title="Top", slug="top", body=make_text("<p>t</p>")))
    Page.objects.get(pk=world.about.pk).move(top, pos="last-child")


@change("move a page that is linked to", "news", "/en/top/about/", at_once=False)
def _move_linked(world: World) -> None:
    _move(world)


@change("restriction", "news", GONE, at_once=True)
def _restrict(world: World) -> None:
    PageViewRestriction.objects.create(page=world.news, restriction_type="login")


@change("restriction above", "news", GONE, at_once=True)
def _restrict_above(world: World) -> None:
    PageViewRestriction.objects.create(page=world.index, restriction_type="login")


@change("restriction in bulk", "news", GONE, at_once=True)
def _restrict_in_bulk(world: World) -> None:
    PageViewRestriction.objects.bulk_create(
        [PageViewRestriction(page=world.index, restriction_type="login")]
    )
    StaleMark.objects.create(scope=StaleMark.Scope.ALL)  # the daily look


@change("restriction taken away", "news", "News 1", at_once=False)
def _open(world: World) -> None:
    restriction = PageViewRestriction.objects.create(page=world.index, restriction_type="login")
    settle()
    assert read(world.news) == GONE
    restriction.delete()


@change("image", "news", "Credit 2", at_once=False)
@change("image", "clinic", "Credit 2", at_once=False)
def _image(world: World) -> None:
    world.image.credit = "Credit 2"
    world.image.save()


@change("image without consent", "news", '"hero":null', at_once=False)
def _consent(world: World) -> None:
    world.image.people_consent = "missing"
    world.image.save()


@change("licence that ended yesterday", "news", '"hero":null', at_once=False)
def _licence(world: World) -> None:
    SiteImage.objects.filter(pk=world.image.pk).update(
        expires_on=timezone.localdate() - timedelta(days=1)
    )
    today = timezone.now()
    Document.objects.update(built_at=today - timedelta(days=1))
    clock_ticked.send(sender=None, now=today)


@change("portrait", "news", '"portrait":null', at_once=False)
@change("portrait", "clinic", '"portrait":null', at_once=False)
def _portrait(world: World) -> None:
    world.portrait.people_consent = "missing"
    world.portrait.save()


@change("person", "news", "Dr. Bea Example", at_once=False)
@change("person", "clinic", "Dr. Bea Example", at_once=False)
def _person(world: World) -> None:
    world.person.name = "Dr. Bea Example"
    world.person.save()


@change("category", "news", "Category 2", at_once=False)
def _category(world: World) -> None:
    world.category.name = "Category 2"
    world.category.save()


@change("specialty", "news", "Specialty 2", at_once=False)
def _specialty(world: World) -> None:
    world.specialty.name = "Specialty 2"
    world.specialty.save()


@change("review", "news", "Dr. Cy Example", at_once=False)
def _review(world: World) -> None:
    reviewer = make_person("Dr. Cy Example")
    PageReview.objects.create(page=world.news, reviewer=reviewer, reviewed_on=date(2026, 1, 1))


@change("words for a reviewer", "news", "Dr. Dee Example", at_once=False)
def _reviewer_translated(world: World) -> None:
    russian = Locale.objects.create(language_code="ru")
    reviewer = make_person("Доктор Ди", locale=russian)
    PageReview.objects.create(page=world.news, reviewer=reviewer)
    settle()
    assert '"review":null' in read(world.news)
    twin = reviewer.copy_for_translation(world.news.locale)
    twin.name = "Dr. Dee Example"
    twin.save()


@change("disclaimer", "news", "Never a doctor", at_once=True)
@change("disclaimer", "clinic", "Never a doctor", at_once=True)
def _disclaimer(world: World) -> None:
    disclaimer = Disclaimer.objects.get()
    disclaimer.heading = "Never a doctor"
    disclaimer.accept_demo()


@change("disclaimer taken away behind our back", "news", GONE, at_once=True)
@change("disclaimer taken away behind our back", "clinic", GONE, at_once=True)
def _no_disclaimer(world: World) -> None:
    Disclaimer.objects.update(live=False)
    StaleMark.objects.create(scope=StaleMark.Scope.ALL)  # the daily look
    call_command("documents", rebuild=True)


@change("disclaimer reworded behind our back", "news", GONE, at_once=True)
def _reworded(world: World) -> None:
    Disclaimer.objects.update(body="<p>Trust us.</p>")
    call_command("documents", rebuild=True)


@change("disclaimer back again", "news", "News 1", at_once=False)
def _disclaimer_back(world: World) -> None:
    Disclaimer.objects.update(live=False)
    call_command("documents", rebuild=True)
    assert read(world.news) == GONE
    disclaimer = Disclaimer.objects.get()
    disclaimer.accept_demo()


@change("translation", "about", '"locale":"ru"', at_once=False)
def _translate(world: World) -> None:
    locale = Locale.objects.create(language_code="ru")
    twin = {"locale": locale, "translation_key": get_home().translation_key}
    home = add_page(Page.objects.get(depth=1), HomePage(title="Главная", slug="home-ru", **twin))
    twin["translation_key"] = world.about.translation_key
    body = make_text("<p>О нас.</p>")
    add_page(home, StandardPage(title="О нас", slug="about", body=body, **twin))


@change("site", "news", "https://www.example.org/en/news/news-1/", at_once=False)
def _site(world: World) -> None:
    site = Site.objects.get()
    site.hostname, site.port = "www.example.org", 443
    site.save()


@change("another site", "about", GONE, at_once=False)
def _other_site(world: World) -> None:
    other = Site.objects.create(hostname="other.example.org", root_page=world.about)
    assert other.pk


@change("request form", "news", '"request_form":{', at_once=False)
def _settings(world: World) -> None:
    own = SiteSettings.for_site(Site.objects.get())
    own.request_page = make_form_page()
    own.save()


@change("request form taken down", "news", '"request_form":null', at_once=False)
def _no_form(world: World) -> None:
    _settings(world)
    settle()
    assert '"request_form":{' in read(world.news)
    TreatmentFormPage.objects.get().unpublish()


@change("draft", "news", "News 1", at_once=True)
def _draft(world: World) -> None:
    world.news.title = "Draft"
    world.news.save_revision()


def test_what_the_api_says_is_what_the_site_says():
    """One world for all rows of the table: each is undone before the next."""
    World()
    wrong: dict[str, str] = {}
    for name in TABLE:
        Site.clear_site_root_paths_cache()
        with transaction.atomic():
            try:
                check_change(name)
            except Exception as error:  # noqa: BLE001  (told with all the others)
                wrong[name] = f"{type(error).__name__}: {error}"[:2000]
            transaction.set_rollback(True)

    assert not wrong, "\n\n".join(f"{name}: {what}" for name, what in wrong.items())


def check_change(name: str) -> None:
    act, page, holds, at_once = TABLE[name]
    world = World.__new__(World)
    world.find()
    shown = getattr(world, page)
    assert holds not in read(shown) or holds in REMAINS

    act(world)

    if at_once:
        assert holds in read(shown), f"at once: {read(shown)}"
        assert (holds == GONE) == (f'"id":{shown.pk},' not in read(shown))
    settle()
    assert holds in read(shown), f"in the end: {read(shown)}"
    if holds == GONE and page in ("news", "clinic"):
        assert json.loads(listed("news" if page == "news" else "clinics"))["items"] == []
    assert not StaleMark.objects.exists()
    if act is not _expire_unseen:  # its page is live until the publisher has run
        call_command("documents", check=True, stdout=StringIO())


def test_a_draft_changes_nothing():
    world = World()
    world.find()
    last = changes.get_changes(0, 1000)[-1].number

    _draft(world)
    settle()

    assert changes.get_changes(last, 1000) == []


def test_what_no_signal_tells_of_is_found_and_mended(capsys):
    world = World()
    world.find()
    Page.objects.filter(pk=world.news.pk).update(title="Behind our back")

    with pytest.raises(CommandError, match="documents --rebuild"):
        call_command("documents", check=True)
    assert f"page {world.news.pk}: differs in card, body, etag" in capsys.readouterr().out

    call_command("documents", rebuild=True)
    call_command("documents", check=True)
    assert "Behind our back" in read(world.news)


def test_a_document_that_cannot_be_built_is_taken_away_and_built_when_it_can():
    World()
    news = NewsPage.objects.get()
    with connection.cursor() as cursor:  # a stream that nobody can read
        cursor.execute("UPDATE articles_newspage SET corrections = %s", ['[{"type": 1}, 5]'])

    tasks.rebuild_one(news.pk)
    assert read(news) == GONE
    told = {c.id: c.reason for c in changes.get_changes(0, 1000)}
    assert told[news.pk] == Reason.UNPUBLISHED  # and not recalled: nobody has withdrawn it

    NewsPage.objects.filter(pk=news.pk).update(corrections=[])
    tasks.sweep(timezone.now() + timedelta(days=1))  # nobody told: the daily look finds it
    assert "News 1" in read(news)


def test_a_database_that_is_busy_takes_nothing_away_and_is_asked_again():
    World()
    news = NewsPage.objects.get()
    Page.objects.filter(pk=news.pk).update(title="Behind our back")
    StaleMark.objects.create(scope=StaleMark.Scope.PAGE, key=str(news.pk))

    def refuse(execute: Any, sql: str, *args: Any) -> Any:
        if (sql.startswith("UPDATE") and "delivery_document" in sql) or "ON CONFLICT" in sql:
            raise OperationalError("database is locked")
        return execute(sql, *args)

    with connection.execute_wrapper(refuse):
        tasks.rebuild()
    assert "News 1" in read(news)

    tasks.rebuild()
    assert "Behind our back" in read(news)


def test_the_daily_look_leaves_the_rest_for_the_next_time(monkeypatch):
    """Whoever publishes by the clock waits for it."""
    World()
    monkeypatch.setattr(tasks, "SWEEP_SECONDS", 0.0)

    tasks.sweep(timezone.now() + timedelta(days=1))

    assert StaleMark.objects.exists()
    tasks.rebuild()
    assert not StaleMark.objects.exists()


def test_a_page_that_never_had_a_document_is_found_by_the_daily_look():
    World()
    news = NewsPage.objects.get()
    Document.objects.filter(pk=news.pk).delete()  # as if its first one could not be built
    tasks.sweep(timezone.now())
    assert read(news) == GONE  # once a day, and not each time

    tasks.sweep(timezone.now() + timedelta(days=1))

    assert "News 1" in read(news)


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_changes_while_a_page_that_shows_it_first_is_published():
    """The change is made, told and dealt with before anybody can see that the page shows it."""
    image = make_image(alt_texts={"en": "Before"})
    make_news(slug="drawn", hero=make_hero(image))  # drawing it would have pages built anew
    news = make_news()
    settle()
    published, may_commit = Event(), Event()

    def publish_slowly() -> None:
        with transaction.atomic():
            news.hero = make_hero(image)
            news.save_revision().publish()
            published.set()
            may_commit.wait(30)
        connections.close_all()

    def change() -> None:  # a database of one writer has it wait for the publisher
        changed = SiteImage.objects.get(pk=image.pk)
        changed.alt_texts = {"en": "After"}
        changed.save()
        settle()
        connections.close_all()

    publisher, editor = Thread(target=publish_slowly), Thread(target=change)
    publisher.start()
    assert published.wait(30)
    editor.start()
    editor.join(1 if connection.vendor == "sqlite" else 30)
    may_commit.set()
    publisher.join(30)
    editor.join(30)
    settle()

    assert "After" in read(news)
    call_command("documents", check=True, stdout=StringIO())
