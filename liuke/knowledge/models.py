"""Articles, solved cases as they are found again, what people say of both, and customers' questions and answers."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Article(models.Model):
    """One page of help. Without a product it is for all; `stages` are states of an order, none means any.

    `cause` and `reply` serve staff: what a fault comes from, and the words that answer it.
    """

    title = models.CharField(max_length=60)
    body = models.TextField()
    product = models.ForeignKey("mall.Product", models.SET_NULL, null=True, related_name="+")
    stages = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    tutorial = models.BooleanField(default=False)
    cause = models.CharField(max_length=40, default="", blank=True)
    reply = models.TextField(default="", blank=True)
    public = models.BooleanField(default=True)                        # customers may read it
    published = models.BooleanField(default=False)
    marks = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    read = models.PositiveIntegerField(default=0)
    useful = models.PositiveIntegerField(default=0)                   # as customers say
    useless = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            GinIndex(fields=["marks"], name="article_marks"),
            models.Index(fields=["-changed_at", "-id"], name="article_newest"),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleOpinion(models.Model):
    """Whether an article helped one customer; they may change their mind."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="opinions")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    useful = models.BooleanField()
    said_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "customer"], name="article_opinion_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} on {self.article_id}"


class Solution(models.Model):
    """A solved ticket as it is found again: by the marks of what the customer said, the goods, and how it ended."""

    ticket = models.OneToOneField("desk.Ticket", models.CASCADE, related_name="solution")
    kind = models.CharField(max_length=20, default="", blank=True)
    product_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    marks = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    cause = models.CharField(max_length=40, default="", blank=True)
    answer = models.ForeignKey("desk.Message", models.SET_NULL, null=True, related_name="+")    # what solved it
    score = models.PositiveSmallIntegerField(null=True)
    reopened = models.BooleanField(default=False)
    solved_at = models.DateTimeField()

    class Meta:
        indexes = [
            GinIndex(fields=["marks"], name="solution_marks"),
            models.Index(fields=["-solved_at", "-id"], name="solution_newest"),
        ]

    def __str__(self) -> str:
        return f"solution of {self.ticket_id}"


class Advice(models.Model):
    """Whether a suggestion helped with a ticket, as staff say; the ranking learns from it."""

    ticket = models.ForeignKey("desk.Ticket", models.CASCADE, related_name="+")
    staff = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="advice")
    solution = models.ForeignKey(Solution, models.CASCADE, null=True, related_name="advice")
    author = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")   # whose words they were then
    useful = models.BooleanField()
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "staff", "article"], name="advice_on_article_once"),
            models.UniqueConstraint(fields=["ticket", "staff", "solution"], name="advice_on_solution_once"),
            models.CheckConstraint(name="advice_on_one", condition=Q(article=None, solution__isnull=False)
                                   | Q(article__isnull=False, solution=None)),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} on {self.article_id or self.solution_id}"


class Question(models.Model):
    """What a customer asks all others, because they agreed to. `state` is waiting, open or hidden."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="questions")
    ticket = models.ForeignKey("desk.Ticket", models.SET_NULL, null=True, related_name="+")
    product = models.ForeignKey("mall.Product", models.SET_NULL, null=True, related_name="+")
    key = models.CharField(max_length=120, unique=True)
    text_enc = models.BinaryField()
    marks = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    state = models.CharField(max_length=10)
    agreed_at = models.DateTimeField()                                # that everybody may read it
    solved = models.BooleanField(default=False)

    class Meta:
        indexes = [
            GinIndex(fields=["marks"], name="question_marks"),
            models.Index(fields=["-id"], name="question_open", condition=Q(state="open")),
            models.Index(fields=["id"], name="question_waiting", condition=Q(state="waiting")),
            models.Index(fields=["customer", "-id"], name="question_by_customer"),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"


class Answer(models.Model):
    """What another customer answers. `unrewarded` is the first reason for which its acceptance earned nothing."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="peer_answers")
    key = models.CharField(max_length=120, unique=True)
    text_enc = models.BinaryField()
    state = models.CharField(max_length=10)
    said_at = models.DateTimeField()
    votes = models.IntegerField(default=0)                            # by the trust of who voted
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")   # none: the asker
    unrewarded = models.CharField(max_length=20, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question"], name="answer_accepted_once",
                                    condition=Q(accepted_at__isnull=False)),
        ]
        indexes = [
            models.Index(fields=["customer", "-said_at"], name="answer_by_helper"),
            models.Index(fields=["id"], name="answer_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class AnswerVote(models.Model):
    """That an answer helped somebody else, with what their word counted then."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="voters")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "customer"], name="answer_vote_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} for {self.answer_id}"
