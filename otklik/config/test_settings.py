"""Settings for the tests: the same house with a cheap password hasher, a throw-away home and no manifest."""

import atexit
import os
import shutil
import tempfile

os.environ["OTKLIK_HOME"] = tempfile.mkdtemp(prefix="otklik-test-")
os.environ.setdefault("OTKLIK_SECRET_KEY", "for the tests only, never for a service that anybody uses")
if os.environ.get("OTKLIK_TEST_DATABASE_URL"):
    os.environ["OTKLIK_DATABASE_URL"] = os.environ["OTKLIK_TEST_DATABASE_URL"]

from .settings import *  # noqa: F403
from .settings import DATABASES, HOME, STORAGES

atexit.register(shutil.rmtree, HOME, ignore_errors=True)

if "sqlite" in str(DATABASES["default"]["ENGINE"]):
    # A file, as in use: several connections to a store in memory share locks that a file does not have.
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # type: ignore[index]
else:
    DATABASES["default"]["OPTIONS"] = {"options": "-c synchronous_commit=off"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True

LANGUAGE_CODE = "en"  # the tests name texts as they stand in the code
