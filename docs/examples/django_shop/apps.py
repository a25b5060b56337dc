"""What Django must know of the application."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """The one application of the project."""

    name = "django_shop"
    label = "shop"
    default_auto_field = "django.db.models.BigAutoField"
