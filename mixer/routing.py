from __future__ import annotations

from django.urls import path

from mixer.consumers import AudioJobConsumer

websocket_urlpatterns = [path("ws/audio/<uuid:job_id>", AudioJobConsumer.as_asgi())]
