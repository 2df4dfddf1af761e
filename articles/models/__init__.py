from articles.models.base import ArticlePage
from articles.models.clinics import ClinicIndexPage, ClinicKind, ClinicPage
from articles.models.corrections import PublishedCorrection
from articles.models.news import NewsIndexPage, NewsPage
from articles.models.reviews import PageReview
from articles.models.rows import (
    ClinicDoctor,
    ClinicSpecialty,
    NewsAuthor,
    NewsClinic,
    NewsSpecialty,
)
from articles.models.snippets import Category, Person, Specialty

__all__ = [
    "ArticlePage",
    "Category",
    "ClinicDoctor",
    "ClinicIndexPage",
    "ClinicKind",
    "ClinicPage",
    "ClinicSpecialty",
    "NewsAuthor",
    "NewsClinic",
    "NewsIndexPage",
    "NewsPage",
    "NewsSpecialty",
    "PageReview",
    "Person",
    "PublishedCorrection",
    "Specialty",
]
