"""Eight invented clinics."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from articles.models import (
    ClinicDoctor,
    ClinicIndexPage,
    ClinicPage,
    ClinicSpecialty,
    PageReview,
)
from demo.people import Cast, read
from demo.pictures import Album
from demo.publish import add
from demo.text import block, paragraph, read_blocks
from home.models import HomePage

INVENTED = (
    "This clinic, its people, prices and seals are invented. It cannot be booked, and its "
    "telephone does not ring."
)
DISCLAIMER = block("disclaimer", {"disclaimer": None, "addendum": ""})


def load_index(home: HomePage) -> ClinicIndexPage:
    lead = (
        "What we know of each clinic, with the day on which we last checked it. Whether we have "
        "an agreement with a clinic is said on its page."
    )
    page = ClinicIndexPage(title="Clinics", slug="clinics", lead=lead, show_in_menus=True)
    index: ClinicIndexPage = add(home, page)
    return index


def load(index: ClinicIndexPage, cast: Cast, album: Album) -> None:
    for row in read("clinics")["clinic"]:
        load_clinic(index, row, cast, album)


def load_clinic(index: ClinicIndexPage, row: dict[str, Any], cast: Cast, album: Album) -> None:
    page = ClinicPage(
        **{key: row[key] for key in ("title", "slug", "kind", "legal_name", "lead", "country")},
        **{key: row[key] for key in ("city", "address", "founded", "beds")},
        is_partner=row.get("is_partner", False),
        languages_spoken=row["languages"],
        email=f"patients@{row['slug']}.example",
        website=f"https://{row['slug']}.example/",
        phones=[block("phone", {"label": "Patients from abroad", "number": row["phone"]})],
        hero=album.hero(row["picture"], row["alt"]),
        body=[*read_blocks(row["text"]), invented(INVENTED), DISCLAIMER],
        gallery=[picture(album, name, caption) for name, caption in row["gallery"]],
        prices=[price(*values) for values in row["prices"]],
        accreditations=[accreditation(*values) for values in row["accreditations"]],
        faq=[question(*values) for values in row["faq"]],
    )
    page.specialties = [
        ClinicSpecialty(specialty=cast.specialties[slug], sort_order=order)
        for order, slug in enumerate(row["specialties"])
    ]
    page.doctors = [
        ClinicDoctor(person=cast.people[key], sort_order=order)
        for order, key in enumerate(row["doctors"])
    ]
    page = add(index, page)
    if row.get("reviewed"):
        PageReview.objects.create(page=page, reviewer=cast.people["judith-amann"])


def invented(words: str) -> dict[str, Any]:
    value = {"kind": "note", "heading": "Demonstration", "text": paragraph(words)}
    return block("callout", value)


def picture(album: Album, name: str, caption: str) -> dict[str, Any]:
    image = album.get(name, f"Drawing: {caption.lower()}")
    labels = {"caption": caption, "credit_prefix": "illustration"}
    return block("picture", {"image": image.pk, "alt": image.title, **labels})


def price(treatment: str, low: int, high: int, currency: str, includes: str) -> dict[str, Any]:
    """Checked lately and valid for a while yet, whenever the demo is loaded."""
    today = timezone.localdate()
    value = {
        "treatment": treatment,
        "amount_from": str(low),
        "amount_to": str(high),
        "currency": currency,
        "includes": includes,
        "source": "The clinic's own list",
        "checked_on": str(today - timedelta(days=20)),
        "valid_until": str(today + timedelta(days=345)),
    }
    return block("price", value)


def accreditation(body: str, number: str) -> dict[str, Any]:
    today = timezone.localdate()
    value = {
        "body": body,
        "number": number,
        "valid_from": str(today - timedelta(days=400)),
        "valid_until": str(today + timedelta(days=695)),
        "verified_on": str(today - timedelta(days=20)),
    }
    return block("accreditation", value)


def question(words: str, answer: str) -> dict[str, Any]:
    return block("question", {"question": words, "answer": paragraph(answer)})
