"""The coordinators' desk in the Wagtail admin: requests, for those with access to their form."""
