"""Settings for the tests: the same house with a cheap password hasher, a throw-away home and no manifest."""

import os
import tempfile

os.environ["OTKLIK_HOME"] = tempfile.mkdtemp(prefix="otklik-test-")
os.environ.setdefault("OTKLIK_SECRET_KEY", "for the tests only, never for a service that anybody uses")
if os.environ.get("OTKLIK_TEST_DATABASE_URL"):
    os.environ["OTKLIK_DATABASE_URL"] = os.environ["OTKLIK_TEST_DATABASE_URL"]

from .settings import *  # noqa: F403
from .settings import STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
