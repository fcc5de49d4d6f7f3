"""Settings of one installation: one brand, one database. What differs between machines is in the environment.

LIUKE_SECRET_KEY and LIUKE_DATA_KEYS (or the same names with _FILE) are secrets; `liuke up` makes them on first start.
"""

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from liuke.config.logs import without_details
from liuke.kit import env

PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = env.flag("LIUKE_DEBUG")
SECRET_KEY = env.text("LIUKE_SECRET_KEY")
LIUKE_DATA_KEYS = env.text("LIUKE_DATA_KEYS")
LIUKE_DATA = Path(env.text("LIUKE_DATA", "var")).absolute()
LIUKE_URL = env.text("LIUKE_URL", "http://127.0.0.1:8000").rstrip("/")
LIUKE_PUSH_URL = env.text("LIUKE_PUSH_URL", "http://127.0.0.1:8001").rstrip("/")
LIUKE_ANALYTICS = env.text("LIUKE_ANALYTICS", "duckdb")
LIUKE_METRICS_TOKEN = env.text("LIUKE_METRICS_TOKEN", "")
LIUKE_DEMO = env.flag("LIUKE_DEMO")
LIUKE_PRIZE_CAP_FEN = env.number("LIUKE_PRIZE_CAP_YUAN", 50_000, least=1) * 100    # the law's ceiling of one
LIUKE_REACTIONS = "liuke.reactions.REACTIONS"
LIUKE_PERSONAL = "liuke.personal.PERSONAL"
LIUKE_AUDIENCES = [                      # who somebody is to prices: SELECTs of (kind, name) for %(customer)s
    "liuke.customers.queries.tags.AUDIENCE",
    "liuke.insight.queries.segments.AUDIENCE",
    "liuke.tiers.queries.AUDIENCE",
]
LIUKE_REFERRERS = "liuke.referral.queries.attribution.rewarded_referrers"      # customers -> who referred them
LIUKE_INVITER_PLANS = "liuke.referral.queries.plans.plans_of_inviters"     # (customer, moment) -> whose plan that is
LIUKE_PAYEES = "liuke.payouts.queries.people.PAYEES"     # SELECT of (customer_id, mark): where money goes to
LIUKE_INVITATIONS = "liuke.loyalty.services.invitations"     # gives the packs that a plan of referral promises
LIUKE_WELCOME = "liuke.loyalty.words.welcome"        # what a newcomer gets, as the page of a shared link says it
LIUKE_LANDINGS = {"group": "liuke.referral.queries.groups"}     # where links lead -> who knows such places
LIUKE_TIERS = "liuke.tiers.queries.ladder"           # the tiers of customers, lowest first: gives (code, name)
LIUKE_PICTURES = [                       # tables whose `file` names a picture or another file
    "mall.Picture", "mall.ReturnPhoto", "desk.Attachment", "mailbox.ParkedFile", "storefront.Block",
    "referral.Portrait", "referral.GroupInvitation",
]
LIUKE_CARRIERS = {                       # channels whose customers are elsewhere -> the job that carries answers
    "email": "mailbox.carry", "form": "webform.carry", "wecom": "wecom.carry",
}
LIUKE_AFTER_IMPORT = {"orders": ("insight.refresh",)}       # jobs that want to know that a file came in
PROCRASTINATE_ON_APP_READY = "liuke.clocks.install"

ALLOWED_HOSTS = [*env.words("LIUKE_HOSTS", "127.0.0.1,localhost,[::1]"), urlsplit(LIUKE_URL).hostname or "localhost"]
CSRF_TRUSTED_ORIGINS = [LIUKE_URL]
NINJA_NUM_PROXIES = int(env.flag("LIUKE_BEHIND_PROXY"))       # whose word about the caller's address is taken
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("LIUKE_BEHIND_PROXY") else None
HTTPS = LIUKE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_ENGINE = "liuke.config.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "liuke_session", "liuke_csrf"
CSRF_FAILURE_VIEW = "liuke.console.errors.stale_form"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

INSTALLED_APPS = [
    "unfold",                            # the raw-row admin, and the Chart.js that our charts are drawn with
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rules",
    "liuke.timeline",
    "liuke.intake",
    "liuke.org",
    "liuke.customers",
    "liuke.ledger",
    "liuke.points",
    "liuke.tiers",
    "liuke.training",
    "liuke.coupons",
    "liuke.mall",
    "liuke.desk",
    "liuke.performance",
    "liuke.mailbox",
    "liuke.knowledge",
    "liuke.webform",
    "liuke.improve",
    "liuke.wecom",
    "liuke.outreach",
    "liuke.referral",
    "liuke.insight",
    "liuke.loyalty",
    "liuke.cash",
    "liuke.draws",
    "liuke.gifts",
    "liuke.pointsmall",
    "liuke.storefront",
    "liuke.payouts",
    "liuke.console",
    "liuke.run",
    "django.forms",
]

MIDDLEWARE = [
    "liuke.config.health.Probes",
    "liuke.config.metrics.Measure",
    "liuke.config.media.BodyLimit",
    "django.middleware.security.SecurityMiddleware",
    "liuke.config.shortway.ShortWay",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "liuke.config.logs.RequestLog",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "liuke.console.middleware.SayRefused",
]

ROOT_URLCONF = "liuke.config.urls"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
WSGI_APPLICATION = "liuke.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "org.Staff"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "console/templates"],        # our look before that of allauth and of Django's forms
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "liuke.console.context.console",
            ]
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """Django's settings for a libpq URL; a host that begins with / is the directory of a socket."""
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        form = "postgresql://user:password@host:5432/name"
        raise ImproperlyConfigured(f"LIUKE_DATABASE_URL: not an address of a PostgreSQL database ({form}).") from error
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    options = {key: value for key, value in parts.items() if key not in names}
    return {
        "ENGINE": "liuke.config.postgresql",
        **{theirs: str(parts.get(ours, "")) for ours, theirs in names.items()},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 3, **options},
    }


DATABASES = {"default": database(env.text("LIUKE_DATABASE_URL", "postgresql://liuke@/liuke?host=/nowhere"))}

def mail_server(url: str) -> SplitResult:
    """smtps://user:password@host:465, or smtp://user:password@host:587 with STARTTLS."""
    try:
        parts = urlsplit(url)
        if parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port:
            return parts
    except ValueError:
        pass                                                  # what was given may hold a password, so it is not shown
    raise ImproperlyConfigured("LIUKE_SMTP_URL: write it as smtps://user:password@host:465 or smtp://...:587.")


AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "liuke.org.login.StaffBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL, LOGIN_REDIRECT_URL = "/console/login/", "/console/"

ACCOUNT_ADAPTER = "liuke.org.login.StaffAdapter"
ACCOUNT_FORMS = {
    "login": "liuke.org.login.StaffLoginForm",
    "change_password": "liuke.org.login.OwnPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}          # the backend takes a phone or an e-mail in the same field
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL

LIUKE_SERVICE_MAIL = env.text("LIUKE_SERVICE_MAIL", "").lower()       # where customers write, and answers come from
LIUKE_MAIL_PLUS = env.flag("LIUKE_MAIL_PLUS")                         # name+token@ reaches the same mailbox
LIUKE_SENDS_MAIL = bool(env.text("LIUKE_SMTP_URL", ""))
if smtp_url := env.text("LIUKE_SMTP_URL", ""):
    smtp = mail_server(smtp_url)
    EMAIL_HOST, EMAIL_PORT, EMAIL_USE_SSL = smtp.hostname or "", smtp.port or 587, smtp.scheme == "smtps"
    EMAIL_USE_TLS = not EMAIL_USE_SSL and EMAIL_HOST not in ("127.0.0.1", "localhost", "::1")
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(smtp.username or ""), unquote(smtp.password or "")
    EMAIL_TIMEOUT = 10
    DEFAULT_FROM_EMAIL = env.text("LIUKE_MAIL_FROM", EMAIL_HOST_USER or f"liuke@{urlsplit(LIUKE_URL).hostname}")
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "20/m/ip,5/5m/key"}
ACCOUNT_SESSION_REMEMBER = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
UNFOLD = {                                    # the raw rows: in our colours, with a way back
    "SITE_TITLE": _("原始数据"), "SITE_HEADER": _("原始数据"), "SITE_SUBHEADER": _("只能看，不能改"),
    "SITE_URL": "/console/", "SITE_SYMBOL": "table_rows", "SHOW_HISTORY": False, "SHOW_BACK_BUTTON": True,
    "SITE_DROPDOWN": [{"icon": "arrow_back", "title": _("返回工作台"), "link": "/console/"}],
    "COLORS": {"primary": {
        "50": "oklch(97% .015 172)", "100": "oklch(94% .03 172)", "200": "oklch(88% .05 172)",
        "300": "oklch(80% .08 172)", "400": "oklch(70% .1 172)", "500": "oklch(58% .1 172)",
        "600": "oklch(46% .08 172)", "700": "oklch(40% .07 172)", "800": "oklch(34% .06 172)",
        "900": "oklch(29% .05 172)", "950": "oklch(22% .04 172)",
    }},
}
MFA_ADAPTER = "liuke.org.login.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "liuke_language"
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = env.text("LIUKE_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = LIUKE_DATA / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = LIUKE_DATA / "media"
MEDIA_URL = env.text("LIUKE_MEDIA_URL", "/media/").rstrip("/") + "/"          # of public pictures: ours, or a CDN's
LIUKE_MOST_UPLOAD_MB = env.number("LIUKE_MOST_UPLOAD_MB", 1025, least=12)      # of staff; a shopper's are smaller
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if bucket := env.text("LIUKE_MEDIA_BUCKET", ""):
    STORAGES["default"] = {
        "BACKEND": "liuke.kit.s3.Bucket",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": env.text("LIUKE_MEDIA_ENDPOINT"),
            "region_name": env.text("LIUKE_MEDIA_REGION", "") or None,
            "access_key": env.text("LIUKE_MEDIA_KEY"),
            "secret_key": env.text("LIUKE_MEDIA_SECRET"),
            "addressing_style": "path" if env.flag("LIUKE_MEDIA_PATH_STYLE") else "virtual",
        },
    }
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700     # we serve what lies there, nobody else
CACHES = {"default": {                   # marks of who tried too often must outlive a flood of others
    "BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kit_cache",
    "OPTIONS": {"MAX_ENTRIES": 20_000},
}}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", *([MEDIA_URL] if "//" in MEDIA_URL else [])],
        "connect-src": ["'self'", LIUKE_PUSH_URL],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

LOG_PLAIN = env.flag("LIUKE_LOG_PLAIN")  # for a person's eyes; `liuke up` says yes on a terminal
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        without_details,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.dev.ConsoleRenderer()
            if LOG_PLAIN
            else structlog.processors.JSONRenderer(ensure_ascii=False),
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.stdlib.add_logger_name,
                structlog.stdlib.add_log_level,
                structlog.processors.format_exc_info,
                without_details,
            ],
        }
    },
    "filters": {
        "not_of_readiness": {"()": "liuke.config.logs.NotOfReadiness"},
        "without_tokens": {"()": "liuke.config.logs.WithoutTokens"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["without_tokens"]}},
    "root": {"handlers": ["stderr"], "level": env.text("LIUKE_LOG_LEVEL", "INFO")},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},       # at INFO it writes whole addresses: tokens, secrets, phone numbers
        "django.request": {"level": "ERROR", "filters": ["not_of_readiness"]},
    },
}
