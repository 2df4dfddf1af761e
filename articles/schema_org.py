"""Articles in the words of schema.org, from what the pages already say."""

from typing import Any

CONTEXT = "https://schema.org"


def _without_empty(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value not in (None, "", [], {})}


def _person(person: Any) -> dict[str, Any]:
    return _without_empty(
        {
            "@type": "Person",
            "name": person.name,
            "description": person.qualification,
            "sameAs": [child.value for child in person.same_as],
        }
    )


def news_article(page: Any) -> dict[str, Any]:
    meta, review = page.shown_meta, page.shown_review
    data = {
        "@context": CONTEXT,
        "@type": ["NewsArticle", "MedicalWebPage"],
        "headline": page.title,
        "description": page.lead,
        "url": page.canonical_url,
        "mainEntityOfPage": page.canonical_url,
        "inLanguage": page.locale.language_code,
        "datePublished": page.published_on.isoformat(),
        "dateModified": page.changed_on.isoformat() if page.changed_on else None,
        "image": meta.image_url,
        "articleSection": page.card_label,
        "author": [_person(person) for person in page.shown_authors],
        "reviewedBy": _person(review.reviewer) if review else None,
        "lastReviewed": review.reviewed_on.isoformat() if review else None,
        "correction": [child.value["text"] for child in page.corrections],
        "publisher": {"@type": "Organization", "name": meta.site_name},
    }
    return _without_empty(data)


def medical_clinic(page: Any) -> dict[str, Any]:
    meta = page.shown_meta
    has_place = page.latitude is not None and page.longitude is not None
    data = {
        "@context": CONTEXT,
        "@type": "Hospital" if page.kind == "hospital" else "MedicalClinic",
        "name": page.title,
        "legalName": page.legal_name,
        "description": page.lead,
        "url": page.canonical_url,
        "sameAs": page.website,
        "image": meta.image_url,
        "email": page.email,
        "telephone": [child.value["number"] for child in page.phones],
        "foundingDate": str(page.founded) if page.founded else None,
        "address": _without_empty(
            {
                "@type": "PostalAddress",
                "streetAddress": page.address,
                "addressLocality": page.city,
                "addressCountry": page.country.code,
            }
        ),
        "geo": (
            {
                "@type": "GeoCoordinates",
                "latitude": float(page.latitude),
                "longitude": float(page.longitude),
            }
            if has_place
            else None
        ),
        "knowsLanguage": page.languages_spoken,
    }
    return _without_empty(data)
