"""The drawn pictures, as images of the site."""

from pathlib import Path

from django.core.files.images import ImageFile

from demo.text import Block
from demo.words import Words
from home.models import SiteImage

FOLDER = Path(__file__).parent / "pictures"
# What cards ask for (templates/components/card.html): made now, not at the first visit.
CARD_SIZES = [
    f"format-{kind}|fill-{size}" for kind in ("webp", "jpeg") for size in ("400x225", "800x450")
]


class Album:
    """Keeps each picture once, whoever shows it."""

    def __init__(self) -> None:
        self.images: dict[str, SiteImage] = {}

    def get(self, name: str, alt: str) -> SiteImage:
        if name not in self.images:
            self.images[name] = self.add(name, alt)
        return self.images[name]

    def add(self, name: str, alt: str) -> SiteImage:
        with (FOLDER / f"{name}.webp").open("rb") as file:
            image = SiteImage(
                title=alt,
                file=ImageFile(file, name=f"{name}.webp"),
                alt_texts={"en": alt},
                credit="Marus Media",
                rights_holder="Marus Media",
                licence="Drawn for this site",
            )
            image.save()
        return image

    def hero(self, name: str, alt: str, *, caption: str = "", **more: str) -> list[Block]:
        """The value of a page's leading picture; drawn, and labelled so."""
        value = {"image": self.get(name, alt).pk, "alt": alt, "decorative": False}
        labels = {"caption": caption, "credit_prefix": "illustration", "credit_name": ""}
        return [{"type": "hero", "value": {**value, **labels, **more}}]

    def describe(self, words: Words) -> None:
        """Say in another language, too, what each picture shows."""
        for image in self.images.values():
            image.alt_texts[words.language] = words.get("pictures", image.alt_texts["en"])
            image.save(update_fields=["alt_texts"])

    def prepare(self) -> None:
        for image in self.images.values():
            image.get_renditions(*CARD_SIZES)
