"""Loaded only where it is chosen: Google's client is no requirement of ours."""

from typing import Any

from google.api_core.exceptions import GoogleAPIError
from google.auth.exceptions import GoogleAuthError
from wagtail_localize.machine_translators.google import GoogleCloudTranslator

from cms.translators.answering import answer


class Translator(GoogleCloudTranslator):
    def translate(self, *args: Any) -> Any:
        return answer(lambda: self.ask(*args), self.display_name)

    def ask(self, *args: Any) -> Any:
        try:
            return super().translate(*args)
        except (GoogleAPIError, GoogleAuthError) as error:
            raise ValueError from error
