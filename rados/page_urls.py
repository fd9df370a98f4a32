from __future__ import annotations

from django.urls import path

from rados import pages

app_name = "account"
urlpatterns = [
    path("sign-up", pages.SignUpPage.as_view(), name="sign_up"),
    path("login", pages.LogInPage.as_view(), name="log_in"),
    path("logout", pages.log_out, name="log_out"),
    path("account", pages.account_page, name="home"),
    path("account/token", pages.replace_token, name="replace_token"),
]
