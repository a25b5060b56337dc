"""The journal of the shop: what `storage` keeps beside the tables people look at.

The facts are the truth, as JSON, in the order in which they happened. Keys say what was
touched last where, and which commands were carried out; the outbox holds the notices.
"""

from django.db import models

from django_shop.catalogue import REF


class Fact(models.Model):
    """One event, as JSON; positions count from 1 without a gap."""

    position = models.BigIntegerField(primary_key=True)
    event = models.TextField()

    def __str__(self):
        """Show the position."""
        return f"fact {self.position}"


class TouchedKey(models.Model):
    """A pool, an order, a purchase order, …: the row that writers lock.

    `position` is that of the last fact about it.
    """

    key = models.CharField(max_length=1000, primary_key=True)
    position = models.BigIntegerField(default=0)

    def __str__(self):
        """Show the key."""
        return self.key


class CommandKey(models.Model):
    """A command that was carried out, and is not carried out again."""

    key = models.CharField(max_length=REF, primary_key=True)

    def __str__(self):
        """Show the key."""
        return self.key


class OutboxNotice(models.Model):
    """A notice to a customer, as JSON, until it was handed over and after."""

    key = models.CharField(max_length=1000, unique=True)
    notice = models.TextField()
    is_sent = models.BooleanField(default=False, db_index=True)

    class Meta:
        """The oldest stand first."""

        ordering = ("id",)
        verbose_name = "notice"

    def __str__(self):
        """Show the key."""
        return self.key
