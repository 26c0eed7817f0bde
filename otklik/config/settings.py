"""Django's settings. What an operator may change is read in `environment.py`; the rest is decided here."""

import sys
from datetime import timedelta

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from . import environment, wiring

# Lets forms and views name their model in annotations, as querysets do by themselves.
django_stubs_ext.monkeypatch()

GIVEN = environment.values()
HOME = environment.home()
ROOT = environment.ROOT

SECRET_KEY = environment.secret_key(GIVEN, HOME)
SECRET_KEY_FALLBACKS = environment.old_keys(GIVEN, HOME)
DEBUG = GIVEN.get("OTKLIK_DEBUG") == "1"

HOST = GIVEN.get("OTKLIK_HOST", "127.0.0.1")
PORT = environment.number(GIVEN, "OTKLIK_PORT", 8000)
INTAKE_HOST = GIVEN.get("OTKLIK_INTAKE_HOST", "127.0.0.1")
INTAKE_PORT = environment.number(GIVEN, "OTKLIK_INTAKE_PORT", 2525)
SMTP_URL = environment.address(GIVEN, "OTKLIK_SMTP_URL", "")
SPAM_URL = environment.address(GIVEN, "OTKLIK_SPAM_URL", "")
# Hosts of the company's own network that webhooks may be sent to; all others must be on the internet.
WEBHOOK_HOSTS = frozenset(GIVEN.get("OTKLIK_WEBHOOK_HOSTS", "").lower().split())
# The address that people reach the site by; links in mails are made from it.
URL = environment.address(GIVEN, "OTKLIK_URL", f"http://127.0.0.1:{PORT}")
SECURE = URL.startswith("https:")
SITE_HOST = URL.split("://", 1)[1].split("/")[0].rsplit(":", 1)[0]

ALLOWED_HOSTS = [SITE_HOST, "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [URL]

CHANNELS = wiring.CHANNELS
REACTIONS = wiring.REACTIONS
GATES = wiring.GATES
GATE_REASONS = wiring.GATE_REASONS
MAIL_COMMANDS = wiring.MAIL_COMMANDS
RULE_PARTS = wiring.RULE_PARTS
VIEW_PARTS = wiring.VIEW_PARTS
DUTIES = wiring.DUTIES
FORGETTING = wiring.FORGETTING
LONGEST_RESTS = wiring.LONGEST_RESTS
ROUNDS_APART = wiring.ROUNDS_APART
MAKES_WAY = wiring.MAKES_WAY
UNSYNCED_DUTIES = wiring.UNSYNCED_DUTIES
SIMULATED_READERS = wiring.SIMULATED_READERS

INSTALLED_APPS = [
    "otklik.journal",
    "otklik.calendars",
    "otklik.staff",
    "otklik.clients",
    "otklik.tickets",
    "otklik.sla",
    "otklik.routing",
    "otklik.approvals",
    "otklik.work",
    "otklik.knowledge",
    "otklik.notices",
    "otklik.quality",
    "otklik.rules",
    "otklik.channels.email",
    "otklik.channels.webform",
    "otklik.channels.chat",
    "otklik.integrations.webhooks",
    "otklik.presets",
    "otklik.desk",
    "otklik.portal",
    "otklik.api",
    "otklik.demo",
    "otklik.simulation",
    "otklik.operate",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "otklik.staff.middleware.Preferences",
    "otklik.notices.middleware.FollowSession",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "otklik.config.urls"
ASGI_APPLICATION = "otklik.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "otklik" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["otklik.lib.constant_tags"],
            "libraries": {"i18n": "otklik.lib.constant_tags"},
        },
    }
]
# Our own library of that name holds all of Django’s.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": environment.database(GIVEN.get("OTKLIK_DATABASE_URL", ""), HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # In the store, so that all web processes count sign-ins together, also after a restart.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

AUTH_USER_MODEL = "staff.Member"
AUTHENTICATION_BACKENDS = [
    "otklik.staff.backends.ByPassword",
    "otklik.staff.backends.ByLink",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_ADAPTER = "otklik.staff.accounts.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {"add_webauthn": "otklik.staff.passkeys.PasskeyForm"}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Otklik"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
SESAME_ONE_TIME = True
SESAME_MAX_AGE = timedelta(hours=24)
# Not tracked: it would be a committed write for every page that anybody opens.
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

EMAIL_BACKEND = "otklik.channels.email.staff_mail.StaffMail"

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "otklik" / "locale"]
USE_TZ = True
TIME_ZONE = "Europe/Moscow"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [ROOT / "otklik" / "static"]
MEDIA_ROOT = HOME / "files"
STORAGES = {
    "default": {"BACKEND": "otklik.lib.whole_files.WholeFiles"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True

# One message may carry this much, whichever way it comes.
MESSAGE_MAX_BYTES = 32 * 1024 * 1024
# A request larger than this is not even read; up to it, somebody is told in words which files are too many.
BODY_MAX_BYTES = 4 * MESSAGE_MAX_BYTES
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "mail.log": {"level": "WARNING"},
        "imapclient": {"level": "WARNING"},
        "pymorphy3": {"level": "WARNING"},
        "uvicorn.access": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}
