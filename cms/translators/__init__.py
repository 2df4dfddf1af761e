"""wagtail-localize's machine translators, for whom a failure is an answer and no server error."""
