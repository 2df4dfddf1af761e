"""What visitors, patients and coordinators read in Russian and Arabic."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_info
from django_countries import countries
from wagtail.models import Locale
from wagtail.users.models import UserProfile

from home.models import HomePage, SiteTexts
from tests import factories
from tests.scripts_of import check_share, find_foreign, get_share, get_visible
from tests.treatment_forms.papers import *  # noqa: F403
