"""The settings of the shop: safe as they are, changed by the environment.

`SHOP_DATA` is the folder of the database and the secret key. `SHOP_DATABASE` names
another database, as the JSON of one entry of Django's DATABASES. `SHOP_HTTPS=1` is for
a web server in front that speaks HTTPS. `SHOP_SECRET_KEY`, `SHOP_HOSTS` (with commas),
`SHOP_EMAIL_BACKEND` and `SHOP_DEBUG=1` say the rest.
"""

import json
import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key

HERE = Path(__file__).parent
DATA = Path(os.environ.get("SHOP_DATA") or HERE / "data")
DATA.mkdir(mode=0o700, parents=True, exist_ok=True)


def _secret_key() -> str:
    """Return the key of the environment, or the one of the data folder, made once."""
    if given := os.environ.get("SHOP_SECRET_KEY"):
        return given
    path = DATA / "secret_key"
    try:
        with open(
            os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w"
        ) as new:
            new.write(get_random_secret_key())
    except FileExistsError:
        pass
    return path.read_text()


SECRET_KEY = _secret_key()
DEBUG = os.environ.get("SHOP_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("SHOP_HOSTS", "127.0.0.1,localhost").split(",")
# The web server must set this header itself, whatever a client sent under its name.
HTTPS = os.environ.get("SHOP_HTTPS") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS

# Writers take turns from their first statement on: none finds out at its end that it
# read what another has changed since.
SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA / "shop.sqlite3",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    },
}
DATABASES = {"default": json.loads(os.environ.get("SHOP_DATABASE", "null")) or SQLITE}

INSTALLED_APPS = [
    "django_shop.apps.ShopConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "django_shop.urls"
WSGI_APPLICATION = "django_shop.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
LOGIN_URL = "admin:login"
STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
USE_TZ = True
TIME_ZONE = "UTC"

EMAIL_BACKEND = os.environ.get(
    "SHOP_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend"
)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = "shop@example.com"
