"""All settings come from the environment. NAME_FILE may name a file that holds what NAME would:

SECRET_KEY            required; signs sessions and links
SECRET_KEY_FALLBACKS  former keys, comma-separated, while they are rotated out
AUDIT_KEY             signs the audit trail; kept outside the database (default: derived from SECRET_KEY)
AUDIT_KEY_FALLBACKS   former keys of the trail, newest first, comma-separated: entries that they signed stay provable
DATABASE_URL          the serving role; owns nothing
DATABASE_OWNER_URL    the migrating role; only `manage.py migrate --database owner` needs it
REDIS_URL             broker and cache: redis://host:6379/0 or redis+socket:///path?virtual_host=0
ALLOWED_HOSTS         comma-separated (default: localhost, 127.0.0.1)
CSRF_TRUSTED_ORIGINS  comma-separated, with https://
BEHIND_PROXY          1: one proxy ends TLS and sets X-Forwarded-Proto and X-Forwarded-For itself, whatever its
                      clients send
SMTP_HOST, SMTP_PORT, SMTP_USER, SMTP_PASSWORD   for outgoing mail (default: files in var/mail)
DEFAULT_FROM_EMAIL    sender
OUTGOING_ALLOWED      host:port, comma-separated: addresses in private networks, or without https, that an identity
                      provider may have (default: none)
DNS_SERVERS           host or host:port of the name server that is asked for proofs of domains (default: the system's)
SEXTANT_LOCAL         1: plain http on loopback, so cookies are not marked Secure and assets are not compressed
SEXTANT_OPEN_SIGNUP   1: anybody may sign up (default: members are added by an admin)
SEXTANT_VAR           folder of what the product writes (default: var)
TASK_SECONDS          the longest that one analysis or board paper may take (default: 900)
LEASE_SECONDS         how long a worker may be silent about a run or a board paper before it counts as lost
                      (default: 120; a run is heard of at every step, a paper within 90 seconds)
RUNS_AT_ONCE          how many analyses of one organisation, and as many board papers, are at the workers or on their way
                      at once (default: 2); the others wait, so that no organisation waits for all of another's
MEMBERS_AT_MOST       how many members and open invitations an organisation may have (default: 500)
STORAGE_MB            how much its evidence, papers and logos may hold together (default: 5000)
RUNS_A_MONTH          how many analyses it may ask for in a month (default: 5000)
API_CALLS_A_MINUTE    how often it may call the API in a minute (default: 600); `manage.py quota` sets the three
                      quotas above for one organisation
SWEEP_SECONDS         how often lost work is looked for and sent again (default: 30)
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from csp.constants import NONCE, NONE, SELF, STRICT_DYNAMIC

from config.environment import audit_keys, cache_address, database, number, text, words, yes

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(text("SEXTANT_VAR", str(BASE_DIR / "var")))
LOCAL = yes("SEXTANT_LOCAL")
OPEN_SIGNUP = yes("SEXTANT_OPEN_SIGNUP")

SECRET_KEY = text("SECRET_KEY")
SECRET_KEY_FALLBACKS = words("SECRET_KEY_FALLBACKS", "")
AUDIT_KEY, *AUDIT_KEY_FALLBACKS = audit_keys(SECRET_KEY, SECRET_KEY_FALLBACKS)
DEBUG = False
ALLOWED_HOSTS = words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "csp",
    "config",
    "accounts",
    "inventory",
    "compliance",
    "strategy",
    "reports",
]
MIDDLEWARE = [
    "config.middleware.RequestId",
    "config.middleware.ApiProblems",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.sessions.Sessions",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.PrivateByDefault",
    "config.middleware.NoNulls",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "accounts.context.member",
            ]
        },
    }
]

_serving = database("DATABASE_URL", "postgresql://sextant_app@/sextant")
SERVING_ROLE = _serving["USER"]
DATABASES = {
    "default": {**_serving, "ATOMIC_REQUESTS": True, "TEST": {"MIRROR": "owner"}},
    "owner": database("DATABASE_OWNER_URL", "postgresql://sextant_owner@/sextant"),
}
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = text("REDIS_URL", "redis://localhost:6379/0")
TASK_SECONDS = number("TASK_SECONDS", 900)
LEASE_SECONDS = number("LEASE_SECONDS", 120)
RUNS_AT_ONCE = number("RUNS_AT_ONCE", 2)
SWEEP_SECONDS = number("SWEEP_SECONDS", 30)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": cache_address(REDIS_URL),
        "KEY_PREFIX": "sextant",
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.LongestPassword"},
    {"NAME": "accounts.passwords.WordsOfThePlace"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if not LOCAL else "optional"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if LOCAL else "https"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Sextant] "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_CHANGE_EMAIL = True
MFA_ADAPTER = "accounts.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "Sextant"

SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not LOCAL
CHECKOUT = hashlib.sha256(str(BASE_DIR).encode()).hexdigest()[:8]
"""Tells the cookies of two checkouts on one machine apart: a cookie does not know its port."""
SESSION_COOKIE_NAME = f"sextant_session_{CHECKOUT}" if LOCAL else "__Host-session"
DEVICE_COOKIE_NAME = f"sextant_device_{CHECKOUT}" if LOCAL else "__Host-device"
CSRF_COOKIE_SECURE = not LOCAL
CSRF_COOKIE_NAME = f"sextant_csrf_{CHECKOUT}" if LOCAL else "__Host-csrf"
SECURE_SSL_REDIRECT = not LOCAL
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if yes("BEHIND_PROXY") else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if yes("BEHIND_PROXY") else 0
SECURE_HSTS_SECONDS = 0 if LOCAL else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not LOCAL
SECURE_HSTS_PRELOAD = not LOCAL
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE, STRICT_DYNAMIC],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "report-uri": "/csp-report",
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "png", "woff", "woff2"]
if LOCAL:
    WHITENOISE_SKIP_COMPRESS_EXTENSIONS += ["css", "js", "md", "svg", "txt"]

DEFAULT_FROM_EMAIL = text("DEFAULT_FROM_EMAIL", "Sextant <no-reply@localhost>")
EMAIL_HOST = text("SMTP_HOST", "")
EMAIL_PORT = int(text("SMTP_PORT", "587"))
EMAIL_HOST_USER = text("SMTP_USER", "")
EMAIL_HOST_PASSWORD = text("SMTP_PASSWORD", "")
EMAIL_USE_TLS = bool(EMAIL_HOST)
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = VAR_DIR / "mail"

FILE_UPLOAD_HANDLERS = [
    "config.uploads.SizeFirst",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FILES = 1
QUOTAS = {
    "members": number("MEMBERS_AT_MOST", 500),
    "storage": number("STORAGE_MB", 5000) * 2**20,
    "runs": number("RUNS_A_MONTH", 5000),
}
"""What one organisation may use, where `manage.py quota` gave it nothing else."""
API_CALLS_A_MINUTE = number("API_CALLS_A_MINUTE", 600)

OUTGOING_ALLOWED = words("OUTGOING_ALLOWED", "")
DNS_SERVERS = words("DNS_SERVERS", "")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "config.api.authentication.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["config.api.permissions.DeclaredAction"],
    "DEFAULT_THROTTLE_CLASSES": ["config.api.limits.CallsAMinute"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "config.api.openapi.Description",
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "config.api.errors.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Sextant API",
    "VERSION": "1",
    "DESCRIPTION": (
        "An organisation's assessment, its analyses and board papers. Everything lies under one organisation; "
        "ids are opaque. Errors are RFC 9457 problems. A change needs If-Match with the ETag that was read. "
        "Lists come in pages; follow `next`. A field or parameter that is not described here is refused. "
        "Writers keep to the enumerations; readers expect new words in them."
    ),
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"sextant": {"handlers": ["stderr"], "level": "INFO", "propagate": False}},
}
