from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from rados.models import User


@admin.register(User)
class StudioUserAdmin(UserAdmin):
    list_display = ("username", "email", "is_staff", "is_active", "date_joined", "last_login")
    list_filter = ("is_staff", "is_superuser", "is_active", "date_joined", "groups")
    date_hierarchy = "date_joined"
