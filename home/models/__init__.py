from home.models.images import PeopleConsent, SiteImage, SiteRendition
from home.models.users import User

__all__ = ["PeopleConsent", "SiteImage", "SiteRendition", "User"]
