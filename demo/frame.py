"""What stands around the articles: home page, plain pages, the form, the site's settings."""

from wagtail.models import Page, Site

from articles.models import ClinicIndexPage, NewsIndexPage
from demo.people import read
from demo.pictures import Album
from demo.publish import add, publish
from demo.seed import read_seed
from demo.text import block, entries, paragraph, read_blocks
from home.models import HomePage, SiteSettings, SiteTexts, StandardPage
from treatment_forms.models import TreatmentFormPage, approve_consents, default_fields

PHONE, WHATSAPP, EMAIL = "+442079460123", "+447700900123", "care@marusmedia.example"
RELIABLE = [
    "Every article names its source.",
    "A physician reads what could change a decision; the page says who, and when.",
    "Prices and accreditations carry the day on which we checked them.",
    "Readers are not tracked: no cookies, nothing loaded from other companies.",
]


def load_policies(home: HomePage) -> None:
    for row in read("policies")["page"]:
        page = StandardPage(
            **{key: row[key] for key in ("title", "slug", "lead")},
            body=read_blocks(row["text"]),
            show_in_menus=row.get("in_menu", False),
        )
        add(home, page)


def load_form(home: HomePage, clinics: ClinicIndexPage) -> TreatmentFormPage:
    """The application block's words are the seed's; the rest says what happens next."""
    heading, pitch, button, form_intro, _attach, _help = read_seed().application
    page = TreatmentFormPage(
        title="Send a request",
        slug="request",
        show_in_menus=True,
        intro=paragraph(
            "Tell us what it is about. A coordinator reads every request and writes back; "
            "nothing is booked and nothing costs money until you say so."
        ),
        pitch_heading=heading,
        pitch=pitch,
        button_label=button,
        form_intro=form_intro,
        disclosure=paragraph(
            "Marus Media arranges travel, papers and appointments. Treatment is given by the "
            "clinic you choose, under its own contract with you. Clinics with which we have an "
            "agreement pay us a fixed fee for each stay; the hospitals named in our news are no "
            "partners of ours unless the page says so."
        ),
        recipients="coordinator@marusmedia.example",
        fallback_recipient="office@marusmedia.example",
        thanks=paragraph("A coordinator reads your request and writes to the address you gave."),
        contacts=paragraph(
            "Telephone +44\u00a020\u00a07946\u00a00123, WhatsApp +44\u00a07700\u00a0900123, "
            "Telegram @marusmedia_demo."
        )
        + paragraph(f"E-mail {EMAIL}."),
    )
    page.fields = default_fields(clinics=clinics)
    page.locale = home.locale
    approve_consents(page)  # as a demo: production settings do not count it
    form: TreatmentFormPage = add(home, page)
    return form


def load_site(site: Site, form: Page) -> None:
    settings = SiteSettings.for_site(site)
    settings.request_page = form
    settings.phone, settings.whatsapp, settings.email = PHONE, WHATSAPP, EMAIL
    settings.telegram = "marusmedia_demo"
    settings.save()
    SiteTexts.objects.update_or_create(
        locale=form.locale,
        defaults={
            "tagline": "Medical news and clinics, for people who travel for treatment.",
            "footer": (
                "Demonstration site: apart from the article about CAR-T cell therapy, its news, "
                "clinics and people are invented."
            ),
        },
    )


def fill_home(home: HomePage, album: Album, news: NewsIndexPage, clinics: ClinicIndexPage) -> None:
    home.title = "Marus Media"
    home.heading = "Medical news you can check, and clinics you can ask"
    home.lead = (
        "We report on hospitals and treatments with their sources. And if you look for treatment "
        "in another country, we take care of travel, appointments and all the paperwork."
    )
    home.hero = album.hero("hospital-mist", "Drawing of a hospital among trees in morning mist")
    home.sections = [
        block("section", {"page": news.pk, "heading": "Latest news", "count": 7}),
        block("section", {"page": clinics.pk, "heading": "Clinics", "count": 6}),
    ]
    home.body = [
        block("key_facts", {"heading": "What you can rely on", "facts": entries(RELIABLE)})
    ]
    publish(home)
