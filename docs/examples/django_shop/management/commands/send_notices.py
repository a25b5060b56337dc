"""`send_notices`: mail every notice that still waits; fails if one cannot be sent."""

from django.core.management.base import BaseCommand, CommandError

from backorderkit.errors import NoticeNotSent
from django_shop.counter import counter


class Command(BaseCommand):
    """Sends what waits; run it every few minutes."""

    help = __doc__

    def handle(self, *args, **options):
        """Send, and say how many went out."""
        try:
            sent = counter.send_mail()
        except NoticeNotSent as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{sent} sent")
