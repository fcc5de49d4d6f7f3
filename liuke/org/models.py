"""The brand, its shops and its staff."""

import rules
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now
from django.utils.functional import cached_property

from liuke.org import rules as rules_of_org


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
    """A person who works for the brand. Roles say what they may do and where; they are read once per request."""

    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, null=True, unique=True)     # noqa: DJ001  unique, and often unknown
    email = models.EmailField(null=True, unique=True)                   # noqa: DJ001  unique, and often unknown
    is_active = models.BooleanField(default=True)
    second_factor_required = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True)             # null: a first password that must be changed
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StaffManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def held(self) -> frozenset[tuple[str, int | None]]:
        """(role, shop id) of every role held; no shop means everywhere. One query, none if prefetched."""
        return frozenset((row.role, row.shop_id) for row in self.roles.all())

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Whether the person may, for the given Shop or (without one) anywhere at all."""
        return self.is_active and bool(rules.has_perm(perm, self, obj))

    @property
    def is_staff(self) -> bool:
        """The raw-row admin asks for this."""
        return self.has_perm("raw.view")

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class StaffRole(models.Model):
    """One role of one person, everywhere or in one shop."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="roles")
    role = models.CharField(max_length=20)
    shop = models.ForeignKey(Shop, models.CASCADE, null=True, blank=True, related_name="roles")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "role", "shop"], name="staff_role_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.role}"

    @property
    def label(self) -> str:
        """What a person calls the role."""
        return str(rules_of_org.ROLE_NAMES.get(rules_of_org.Role(self.role), self.role))


class AuditEntry(models.Model):
    """What one member of staff changed, when, and where. Rows are never changed or deleted (a trigger sees to it)."""

    staff = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="audit")
    at = models.DateTimeField(db_default=Now(), editable=False)
    action = models.CharField(max_length=60)                          # customers.merge
    target = models.CharField(max_length=60, default="", blank=True)  # customer:12
    shop = models.ForeignKey(Shop, models.PROTECT, null=True)
    detail = models.JSONField(default=dict)                           # ids and amounts, never names or phones
    request_id = models.CharField(max_length=36, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["target", "-id"], name="audit_by_target"),
            models.Index(fields=["staff", "-id"], name="audit_by_staff"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target}"


class SavedView(models.Model):
    """A filter of a list that one person keeps under a name, for themselves or for everybody who may see the list.

    `query` holds what the page lets be kept (ids and words of ours), never what somebody typed: that may be a name.
    """

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=60)                            # the URL name of the list
    name = models.CharField(max_length=20)
    query = models.CharField(max_length=500)                          # as it stands in the address
    shared = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "page", "name"], name="saved_view_once")]
        indexes = [models.Index(fields=["page"], name="saved_view_shared", condition=models.Q(shared=True))]

    def __str__(self) -> str:
        return self.name
