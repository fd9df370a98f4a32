from __future__ import annotations

from django.urls import path

from generation import pages

app_name = "studio"
urlpatterns = [
    path("", pages.HomePage.as_view(), name="home"),
    path("songs/<uuid:generation_id>", pages.song_page, name="song"),
    path("songs/<uuid:generation_id>/score", pages.score_page, name="score"),
    path("library", pages.library_page, name="library"),
]
