"""`load_demo`: fill an empty shop with invented data, once."""

from django.core.management.base import BaseCommand

from django_shop import demo


class Command(BaseCommand):
    """Loads the demo data."""

    help = __doc__

    def handle(self, *args, **options):
        """Load, and say how to log in."""
        if said := demo.load():
            self.stdout.write(said)
