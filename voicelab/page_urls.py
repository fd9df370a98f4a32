from __future__ import annotations

from django.urls import path

from voicelab import pages

app_name = "voices"
urlpatterns = [path("voices", pages.voices_page, name="home")]
