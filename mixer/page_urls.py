from __future__ import annotations

from django.urls import path

from mixer import pages

app_name = "mixer"
urlpatterns = [
    path("audio-mixer", pages.start_page, name="home"),
    path("audio-mixer/<uuid:session_id>", pages.console_page, name="console"),
]
