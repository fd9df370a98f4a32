"""Writes: accounts and guests."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from rest_framework.authtoken.models import Token

from codecraft.common.errors import InvalidInput
from rados.contracts import Person
from rados.models import User
from rados.selectors import GUEST_KEY, person_of

MAX_NAME_CHARS = 50
MAX_PASSWORD_CHARS = 256


def ensure_person(*, user: Any, session: Any) -> Person:
    """The person behind a request; a newcomer becomes a guest, whose work is owned by the session."""
    person = person_of(user, session)
    if person == Person():
        guest_id = uuid.uuid4()
        session[GUEST_KEY] = str(guest_id)
        person = Person(guest_id=guest_id)
    return person


def register_account(*, username: str, password: str, email: str = "") -> User:
    """A new member. Raises InvalidInput with the field that cannot be used. Logging in is the caller's."""
    username, email = " ".join(username.split()), email.strip()
    user = User(username=username, email=User.objects.normalize_email(email))
    _check_name(username)
    _check_email(email)
    _check_password(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise InvalidInput("This name or e-mail address is taken.", field="username") from error
    return user


def _check_name(username: str) -> None:
    if not username:
        raise InvalidInput("Choose a name.", field="username")
    if len(username) > MAX_NAME_CHARS:
        raise InvalidInput(f"The name is too long: {MAX_NAME_CHARS} characters are the most.", field="username")
    try:
        User.username_validator(username)
    except ValidationError:
        message = "The name may hold letters, digits and @ . + - _ only, without spaces."
        raise InvalidInput(message, field="username") from None
    if User.objects.filter(username__iexact=username).exists():
        raise InvalidInput(f"The name “{username}” is taken: choose another one.", field="username")


def _check_email(email: str) -> None:
    if not email:
        return
    try:
        validate_email(email)
    except ValidationError:
        raise InvalidInput("This is no e-mail address: it should look like name@example.org.", field="email") from None
    if User.objects.filter(email__iexact=email).exists():
        raise InvalidInput("There is an account with this e-mail address: log in instead.", field="email")


def _check_password(password: str, user: User) -> None:
    if not password.isascii() and not password.encode("utf-8", "ignore").decode() == password:
        raise InvalidInput("The password holds signs that are no text.", field="password")
    if len(password) > MAX_PASSWORD_CHARS:
        raise InvalidInput(f"The password is too long: {MAX_PASSWORD_CHARS} characters are the most.", field="password")
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), field="password") from None


def replace_token(*, user: User) -> str:
    """A new API token for a member; an earlier one is worthless from now on."""
    with transaction.atomic():
        Token.objects.filter(user=user).delete()
        return Token.objects.create(user=user).key
