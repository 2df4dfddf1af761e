from home.models.base import SitePage
from home.models.disclaimer import Disclaimer, DisclaimerVersion, default_disclaimer_id
from home.models.images import PeopleConsent, SiteImage, SiteRendition
from home.models.medical import MedicalPage, RequestForm
from home.models.pages import HomePage, StandardPage
from home.models.site import SiteSettings, SiteTexts
from home.models.snippets import TranslatedSnippet
from home.models.translations import AcceptedText, TranslationRecord
from home.models.users import User

__all__ = [
    "AcceptedText",
    "Disclaimer",
    "DisclaimerVersion",
    "HomePage",
    "MedicalPage",
    "PeopleConsent",
    "RequestForm",
    "SiteImage",
    "SitePage",
    "SiteRendition",
    "SiteSettings",
    "SiteTexts",
    "StandardPage",
    "TranslatedSnippet",
    "TranslationRecord",
    "User",
    "default_disclaimer_id",
]
