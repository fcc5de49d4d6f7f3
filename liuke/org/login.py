"""How staff log in: one field for user name, phone or e-mail, a password, and a second factor kept encrypted.

The hooks that django-allauth calls; it also counts the failed tries and makes the guesser wait.
"""

import base64
from typing import Any

import phonenumbers
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from liuke.kit import crypto
from liuke.org import queries
from liuke.org.models import Staff

REGION = "CN"


def staff_called(login: str) -> Staff | None:
    """The member of staff with this e-mail, phone (any way to write it) or user name."""
    login = login.strip()
    if "@" in login:
        return Staff.objects.filter(email__iexact=login).first()
    try:
        number = phonenumbers.parse(login, REGION)
    except phonenumbers.NumberParseException:
        return Staff.objects.filter(username=login).first()
    phone = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Staff.objects.filter(phone=phone).first() or Staff.objects.filter(username=login).first()


class StaffBackend(AuthenticationBackend):
    """Takes as long for an unknown name as for a wrong password."""

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> Staff | None:
        staff = staff_called(str(credentials.get("username") or ""))
        checked: Staff | None = self._check_password(staff, credentials.get("password") or "")
        return checked

    def get_user(self, user_id: int) -> Staff | None:
        """Who is logged in, for every request; their roles come in the same statement."""
        staff = queries.staff_with_roles(user_id)
        return staff if staff is not None and self.user_can_authenticate(staff) else None


class StaffLoginForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("用户名, 手机号或邮箱")
        self.fields["login"].widget.attrs.update(placeholder="", autocomplete="username", autofocus=True)
        self.fields["password"].label = _("密码")
        self.fields["password"].widget.attrs["placeholder"] = ""


class OwnPasswordForm(ChangePasswordForm):
    """A forgotten password is given anew by the owner, so there is no link to a page of our own for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {"oldpassword": _("现在的密码"), "password1": _("新密码"), "password2": _("再输入一次新密码")}
        for name, label in words.items():
            self.fields[name].label, self.fields[name].help_text = label, ""
            self.fields[name].widget.attrs["placeholder"] = ""
        self.fields["password1"].help_text = _("至少 10 个字，不要用常见的密码，也不要用自己的名字。")


class StaffAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("用户名或密码不对. 请检查后再试一次."),
        "too_many_login_attempts": _("错误次数太多, 请过 5 分钟再试, 或请负责人重置密码."),
    }

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """On to the day's work."""
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by the owner."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """The shared secret is personal data like any other: encrypted at rest."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(crypto.encrypt(text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(base64.b64decode(encrypted_text))

    def get_totp_issuer(self) -> str:
        brand = queries.brand()
        return f"Liuke {brand.name}" if brand else "Liuke"
