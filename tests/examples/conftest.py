"""The Django shop for its tests: set up once, emptied for every test."""

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
MODULES = ["counter", "decisions", "demo", "mailing", "models", "previews", "storage"]


@pytest.fixture(scope="session")
def django_shop(
    django_installed: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SimpleNamespace]:
    """The shop's modules, over a SQLite file of their own."""
    os.environ["SHOP_DATA"] = str(tmp_path_factory.mktemp("django"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "django_shop.settings"
    sys.path.insert(0, str(EXAMPLES))
    importlib.import_module("django").setup()
    testing = importlib.import_module("django.test.utils")
    testing.setup_test_environment(debug=False)
    # A safe hash takes half a second on purpose.
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    importlib.import_module("django.conf").settings.PASSWORD_HASHERS = hashers
    run("migrate", verbosity=0)
    modules = {name: importlib.import_module(f"django_shop.{name}") for name in MODULES}
    shop = SimpleNamespace(**modules, run=run, empty=empty, close=close)
    shop.use_database = use_database
    yield shop
    close()
    testing.teardown_test_environment()
    sys.path.remove(str(EXAMPLES))


@pytest.fixture
def client(shop: SimpleNamespace) -> Any:
    """A customer's browser, as far as Django pretends to one."""
    return importlib.import_module("django.test").Client()


@pytest.fixture
def clerk(shop: SimpleNamespace) -> Any:
    """The browser of a clerk who has logged in."""
    users = importlib.import_module("django.contrib.auth").get_user_model()
    client = importlib.import_module("django.test").Client()
    client.force_login(users.objects.create_superuser("clara", "", "secret"))
    return client


@pytest.fixture
def outbox() -> list[Any]:
    """The mail that was sent."""
    mail = importlib.import_module("django.core.mail")
    mail.outbox = []
    return mail.outbox


@pytest.fixture
def shop(django_shop: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """The shop with nothing in it, and no book in memory."""
    empty()
    yield django_shop
    django_shop.counter.counter.close()
    close()


def run(command: str, **options: Any) -> None:
    """Run one of Django's commands."""
    importlib.import_module("django.core.management").call_command(command, **options)


def empty() -> None:
    """Take every row out of the shop's tables, and out of those of its users."""
    database = importlib.import_module("django.db").connection
    style = importlib.import_module("django.core.management.color").no_style()
    apps = importlib.import_module("django.apps").apps
    models = [*apps.get_app_config("shop").get_models(), *_users(apps)]
    tables = [one._meta.db_table for one in models if not one._meta.proxy]
    how = {"reset_sequences": True, "allow_cascade": True}
    database.ops.execute_sql_flush(database.ops.sql_flush(style, tables, **how))
    importlib.import_module("django_shop.counter").counter.close()


def _users(apps: Any) -> list[Any]:
    """Return the tables that hang on users."""
    return [
        apps.get_model("admin.LogEntry"),
        apps.get_model("sessions.Session"),
        apps.get_model("auth.User"),
        apps.get_model("auth.User").groups.through,
        apps.get_model("auth.User").user_permissions.through,
    ]


def close() -> None:
    """Close the connection of this thread."""
    importlib.import_module("django.db").connections.close_all()


def use_database(entry: dict[str, Any]) -> Callable[[], None]:
    """Let another database be the shop's; return what brings back the present one."""
    connections = importlib.import_module("django.db").connections
    present = connections.settings

    def change(settings: dict[str, Any]) -> None:
        connections.close_all()
        connections.settings = settings
        del connections["default"]

    change(connections.configure_settings({"default": entry}))
    run("migrate", verbosity=0)
    return lambda: change(present)
