from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authtoken.models import Token
from rest_framework.authtoken.serializers import AuthTokenSerializer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField(help_text="Send it as `Authorization: Token …`.")


class TokenView(APIView):
    """A token for programs, for a name and a password."""

    authentication_classes = ()
    throttle_scope = "login"

    @extend_schema(request=AuthTokenSerializer, responses=TokenSerializer)
    def post(self, request: Request) -> Response:
        checked = AuthTokenSerializer(data=request.data, context={"request": request})
        checked.is_valid(raise_exception=True)
        token, _ = Token.objects.get_or_create(user=checked.validated_data["user"])
        return Response({"token": token.key})
