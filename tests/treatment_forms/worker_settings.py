"""The suite's settings for a worker process of its own: whose rows and which wire, it is told.

`WORKER_BASE` names the settings it starts from; `WORKER_DATABASE` is Django's dictionary of the
database, `WORKER_SETTINGS` whatever else differs, both in JSON.
"""

import json
import os
from importlib import import_module

_base = import_module(os.environ["WORKER_BASE"])
vars().update({name: value for name, value in vars(_base).items() if name.isupper()})

DATABASES = {"default": json.loads(os.environ["WORKER_DATABASE"])}
EMAIL_BACKEND = "treatment_forms.mail.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
_told = json.loads(os.environ["WORKER_SETTINGS"])
TREATMENT_FORMS = {**_base.TREATMENT_FORMS, **_told.pop("TREATMENT_FORMS", {})}
vars().update(_told)
LOGGING_CONFIG = None
