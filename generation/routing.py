from __future__ import annotations

from django.urls import path

from generation.consumers import GenerationConsumer

websocket_urlpatterns = [path("ws/generations/<uuid:generation_id>", GenerationConsumer.as_asgi())]
