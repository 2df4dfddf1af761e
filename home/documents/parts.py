"""What documents are made of. The descriptions are the app developer's documentation."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

Locale = Annotated[str, Field(description="The language of this content.", examples=["en"])]
Path = Annotated[
    str,
    Field(description="What `/pages/by-path` takes.", examples=["/en/news/a-new-ward/"]),
]
Url = Annotated[
    str, Field(description="Absolute.", examples=["https://example.org/en/news/a-new-ward/"])
]


class Part(BaseModel):
    """Every member is always there: null, empty or an empty list where there is nothing."""


class PageAddress(Part):
    """A page of this site that readers may open."""

    id: int
    locale: Locale
    path: Path


class PageRef(PageAddress):
    type: Annotated[str, Field(description="Pass over types you do not know.", examples=["news"])]
    title: str
    url: Url


class Breadcrumb(PageAddress):
    title: str


class Rendition(Part):
    """One size of a picture in three formats of the same content. Null: not drawn yet."""

    name: Annotated[
        str,
        Field(
            description=(
                "`small`, `large`: the whole picture. `wide_small`, `wide_large`, `card_small`, "
                "`card_large`: cut to 16:9 around what matters. `square`: cut to a square."
            ),
            examples=["small"],
        ),
    ]
    width: int
    height: int
    avif: Url | None
    webp: Url | None
    jpeg: Url | None


class FocalPoint(Part):
    """What matters in the picture: its middle, as fractions from the left and the top."""

    x: Annotated[float, Field(ge=0, le=1)]
    y: Annotated[float, Field(ge=0, le=1)]


class Image(Part):
    id: int
    alt: Annotated[str, Field(description="Empty: decoration, and says nothing.")]
    caption: str
    credit: Annotated[str, Field(examples=["Photo Source: Example Hospital"])]
    credit_url: str
    licence: str
    licence_url: str
    width: Annotated[int, Field(description="Of the original.")]
    height: int
    focal_point: FocalPoint | None
    renditions: Annotated[
        list[Rendition],
        Field(description="A size that is still being drawn is missing for some seconds."),
    ]


Mark = Literal["bold", "italic", "superscript", "subscript", "strikethrough", "code"]


class Text(Part):
    type: Literal["text"] = Field(...)
    text: str
    marks: list[Mark]


class LineBreak(Part):
    type: Literal["line_break"] = Field(...)


class Link(Part):
    """A link elsewhere, or to a page of this site: then `page` tells which."""

    type: Literal["link"] = Field(...)
    url: Annotated[str, Field(description="http, https, mailto, tel, or `#` and an anchor.")]
    page: PageAddress | None
    children: list[Annotated[Text | LineBreak, Field(discriminator="type")]]


Inline = Annotated[Text | LineBreak | Link, Field(discriminator="type")]


class Paragraph(Part):
    type: Literal["paragraph"] = Field(...)
    children: list[Inline]


class TextHeading(Part):
    type: Literal["heading"] = Field(...)
    level: Annotated[int, Field(ge=1, le=6)]
    children: list[Inline]


class Rule(Part):
    type: Literal["rule"] = Field(...)


class ListItem(Part):
    children: list[Inline]
    lists: Annotated[list["TextList"], Field(description="Lists inside this entry.")]


class TextList(Part):
    type: Literal["list"] = Field(...)
    is_ordered: bool
    items: list[ListItem]


TextBlock = Annotated[Paragraph | TextHeading | TextList | Rule, Field(discriminator="type")]


class RichText(Part):
    """The same words three times: draw whichever suits you."""

    tree: list[TextBlock]
    html: Annotated[str, Field(examples=["<p>The ward opens in <b>spring</b>.</p>"])]
    text: Annotated[str, Field(examples=["The ward opens in spring."])]


class DisclaimerRef(Part):
    """Which disclaimer must be shown with the page. Its text is a document of its own."""

    key: Annotated[str, Field(examples=["general"])]
    version: Annotated[
        int,
        Field(description="The one in force when this was made; a higher one replaces it."),
    ]


class Disclaimer(DisclaimerRef):
    """What a reader must be told. Show it whole, with each page that refers to it."""

    type: Literal["disclaimer"] = Field(...)
    locale: Locale
    heading: str
    body: RichText


class Alternate(Part):
    hreflang: Annotated[str, Field(examples=["ru", "x-default"])]
    url: Url


class Seo(Part):
    title: str
    description: str
    canonical_url: Url
    image_url: Annotated[str, Field(description="1200 x 630, JPEG; empty where there is none.")]
    alternates: list[Alternate]


class Card(PageRef):
    """What a list shows of a page."""

    translation_key: Annotated[str, Field(description="The same in all its languages.")]
    text: str
    label: str
    place: str
    date: date | None
    image: Image | None


class RequestForm(Part):
    """The form that a reader may send from this page."""

    key: Annotated[str, Field(description="What `/forms/{key}` takes.")]
    page: PageAddress


class Translation(Part):
    """Whose words these are, and whether they still say what the original says."""

    origin: Annotated[
        Literal["original", "human", "machine", "unknown"],
        Field(
            description=(
                "`original`: written in this language. `human`: translated by a person. `machine`: "
                "by a machine, and a person stands for it. `unknown`: nobody wrote it down."
            )
        ),
    ]
    is_stale: Annotated[
        bool, Field(description="The original has been changed since: say so to the reader.")
    ]
    source_revision_at: Annotated[
        datetime | None,
        Field(description="When the text that this translates was published. Null: an original."),
    ]
    accepted_at: datetime | None


class PageDocument(Part):
    """What every page says of itself."""

    id: int
    type: str
    translation_key: Annotated[str, Field(description="The same in all its languages.")]
    locale: Locale
    path: Path
    url: Url
    title: str
    published_at: Annotated[datetime | None, Field(description="For the first time.")]
    changed_at: datetime | None
    breadcrumbs: Annotated[list[Breadcrumb], Field(description="The way from the home page.")]
    translations: Annotated[
        list[PageRef], Field(description="The same page in other languages, where published.")
    ]
    translation: Translation
    seo: Seo
    json_ld: Annotated[dict[str, Any] | None, Field(description="In the words of schema.org.")]
    is_preview: Annotated[bool, Field(description="True: a draft. Never keep or index it.")]
