from __future__ import annotations

from django.urls import path

from voicelab.api import views

ONE = "voices/auditions/<slug:key>"

urlpatterns = [
    path("voices", views.VoicesView.as_view(), name="api-voices"),
    path("voices/pronunciation", views.PronunciationView.as_view(), name="api-voices-pronunciation"),
    path("voices/auditions", views.AuditionsView.as_view(), name="api-voices-auditions"),
    path(ONE, views.AuditionView.as_view(), name="api-voices-audition"),
    path(f"{ONE}/audio.wav", views.AudioView.as_view(), name="api-voices-audio"),
]
