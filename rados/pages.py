"""Sign-up, log-in, log-out, and the account with its API token."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from codecraft.common.api import AddressThrottle
from codecraft.common.errors import StudioError
from rados import selectors, services

TOO_MANY_TRIES = "Too many tries from here: wait a minute, then try again."
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


class _Door(View):
    throttle_scope = "login"

    def may_try(self, request: HttpRequest) -> bool:
        """The API's brake on guessing passwords holds here too."""
        return AddressThrottle().allow_request(request, self)


@method_decorator([sensitive_post_parameters("password"), never_cache], name="dispatch")
class SignUpPage(_Door):
    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("account:home")
        return self._show(request, {}, {})

    def post(self, request: HttpRequest) -> HttpResponse:
        given = {name: request.POST.get(name, "") for name in ("username", "email")}
        if not self.may_try(request):
            return self._show(request, given, {"form": TOO_MANY_TRIES}, status=429)
        try:
            user = services.register_account(**given, password=request.POST.get("password", ""))
        except StudioError as error:
            return self._show(request, given, {error.field or "form": error.message}, status=error.http_status)
        login(request, user, backend=MODEL_BACKEND)
        messages.success(request, f"Welcome, {user.get_username()}. What you made as a guest is in your library.")
        return redirect("studio:library")

    def _show(
        self, request: HttpRequest, given: dict[str, Any], errors: dict[str, str], *, status: int = 200
    ) -> HttpResponse:
        context = {"here": "sign_up", "given": given, "errors": errors}
        return render(request, "account/sign_up.html", context, status=status)


class LogInPage(_Door, LoginView):
    template_name = "account/log_in.html"
    redirect_authenticated_user = True
    extra_context = {"here": "log_in"}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.may_try(request):
            return self.render_to_response(self.get_context_data(too_many=TOO_MANY_TRIES), status=429)
        return super().post(request, *args, **kwargs)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.info(request, "You are logged out.")
    return redirect("studio:home")


@require_safe
@never_cache
@login_required
def account_page(request: HttpRequest) -> HttpResponse:
    context = {"here": "account", "token": selectors.token_of(request.user)}
    return render(request, "account/account.html", context)


@require_POST
@login_required
def replace_token(request: HttpRequest) -> HttpResponse:
    services.replace_token(user=request.user)
    messages.success(request, "The new token is below. Programs with an earlier one must be given this one.")
    return redirect("account:home")
