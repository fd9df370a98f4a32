from __future__ import annotations

from django.urls import path

from mixer.api import sessions

urlpatterns = [
    path("audio/sessions", sessions.SessionsView.as_view(), name="api-audio-sessions"),
]
