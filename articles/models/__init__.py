from articles.models.clinics import ClinicIndexPage, ClinicPage
from articles.models.news import NewsIndexPage, NewsPage

__all__ = ["ClinicIndexPage", "ClinicPage", "NewsIndexPage", "NewsPage"]
