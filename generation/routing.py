from __future__ import annotations

from django.urls import path

from generation.consumers import CutConsumer, GenerationConsumer

websocket_urlpatterns = [
    path("ws/generations/<uuid:job_id>", GenerationConsumer.as_asgi()),
    path("ws/films/<uuid:job_id>", CutConsumer.as_asgi()),
]
