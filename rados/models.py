"""Who may: the people of the studio."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower


class User(AbstractUser):
    """A person with an account. Names and addresses are unique whatever their case."""

    email = models.EmailField("email address", blank=True)

    class Meta:
        ordering: ClassVar = ["username"]
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("username"), name="rados_user_username_ci"),
            models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="rados_user_email_ci"),
        ]
