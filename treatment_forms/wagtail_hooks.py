"""What the plugin adds to Wagtail, on both sides: the visitors' form and the coordinators' desk."""

import treatment_forms.desk.hooks  # noqa: F401  (registers the desk in the admin)
