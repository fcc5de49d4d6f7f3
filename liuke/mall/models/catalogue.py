"""What is sold: suppliers, brands of goods, the tree of categories, products and their SKUs."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from liuke.kit import pictures
from liuke.kit.pictures import Size


class Supplier(models.Model):
    """S of S2B2C: who owns and sends the goods."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.name


class SupplierStaff(models.Model):
    """A member of staff who works for a supplier and sees only that supplier's orders."""

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="staff")
    staff = models.ForeignKey("org.Staff", models.CASCADE, related_name="suppliers")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["supplier", "staff"], name="supplier_staff_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} for {self.supplier_id}"


class Label(models.Model):
    """The brand printed on the goods (商品品牌); the brand that runs this installation is `org.Brand`."""

    name = models.CharField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """A node of the tree. `path` holds the ids from the root down to this one, so a subtree is one array look-up."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=60)
    path = ArrayField(models.BigIntegerField(), default=list)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="category_name_once", nulls_distinct=False)
        ]
        indexes = [GinIndex(fields=["path"], name="category_by_path")]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """One article with its specifications. `search` holds name, pinyin, initials and codes for trigram look-up."""

    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="products")
    label = models.ForeignKey(Label, models.PROTECT, null=True, blank=True, related_name="products")
    category = models.ForeignKey(Category, models.PROTECT, related_name="products")
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    summary = models.CharField(max_length=300, default="", blank=True)
    description = models.TextField(default="", blank=True)
    care = models.TextField(default="", blank=True)                   # tips printed on the packing card
    state = models.CharField(max_length=10, default="draft")          # rules.ProductState
    options = ArrayField(models.CharField(max_length=30), default=list)       # names of the specifications: 颜色, 尺码
    serial_numbered = models.BooleanField(default=False)
    warranty_months = models.PositiveSmallIntegerField(default=0)
    return_days = models.PositiveSmallIntegerField(default=7)
    search = models.TextField(default="", blank=True)                 # written by rules.catalogue.search_text
    from_fen = models.BigIntegerField(default=0)                      # the lowest list price of its active SKUs
    position = models.IntegerField(default=0)
    version = models.PositiveIntegerField(default=1)                  # grows with every change; edits of old ones clash
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="product_search", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["state", "category", "-position", "-id"], name="product_shelf"),
            models.Index(fields=["state", "-position", "-id"], name="product_newest"),
            models.Index(fields=["state", "from_fen", "id"], name="product_by_price"),
        ]

    def __str__(self) -> str:
        return self.name


class Picture(models.Model):
    """One picture of a product; the first is the cover. `file` is a name for `kit.pictures`."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="pictures")
    position = models.PositiveSmallIntegerField(default=0)
    file = models.CharField(max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.file

    @property
    def small_url(self) -> str:
        return pictures.url(self.file, Size.SMALL)

    @property
    def medium_url(self) -> str:
        return pictures.url(self.file, Size.MEDIUM)

    @property
    def large_url(self) -> str:
        return pictures.url(self.file, Size.LARGE)


class Companion(models.Model):
    """A tutorial, or an accessory that fits."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="companions")
    kind = models.CharField(max_length=10)                            # tutorial, accessory
    title = models.CharField(max_length=100, default="", blank=True)
    url = models.URLField(default="", blank=True)
    accessory = models.ForeignKey(Product, models.CASCADE, null=True, blank=True, related_name="fits")
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} of {self.product_id}"


class Sku(models.Model):
    """What lies on the shelf: one combination of a product's specifications, the supplier's price and its bounds."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="skus")
    code = models.CharField(max_length=60, unique=True)
    values = ArrayField(models.CharField(max_length=60), default=list)         # one per product.options
    barcode = models.CharField(max_length=30, default="", blank=True)
    supply_fen = models.BigIntegerField()
    list_fen = models.BigIntegerField()                               # the price before any rule of a shop
    floor_fen = models.BigIntegerField(default=0)
    ceiling_fen = models.BigIntegerField(null=True, blank=True)
    weight_grams = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "values"], name="sku_values_once", condition=models.Q(active=True)
            ),
            models.CheckConstraint(
                condition=models.Q(supply_fen__gte=0, list_fen__gte=0, floor_fen__gte=0), name="sku_prices_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["barcode"], name="sku_by_barcode", condition=~models.Q(barcode=""))]

    def __str__(self) -> str:
        return self.code
