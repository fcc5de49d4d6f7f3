"""The brand, its shops and its staff."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now


class Brand(models.Model):
    """The one brand of this installation."""

    name = models.CharField(max_length=60)
    zone = models.CharField(max_length=40, default="Asia/Shanghai")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.name


class Shop(models.Model):
    """A place where the brand sells: an own store, a dealer's or a promoter's shop, or the mini-program itself."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class StaffManager(BaseUserManager["Staff"]):
    def create_user(self, *, username: str, password: str | None, **fields: object) -> "Staff":
        staff = self.model(username=username, **fields)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff


class Staff(AbstractBaseUser):
    """A person who works for the brand. Roles say what they may do and where."""

    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, null=True, unique=True)     # noqa: DJ001  unique, and often unknown
    email = models.EmailField(null=True, unique=True)                   # noqa: DJ001  unique, and often unknown
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StaffManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name
