"""django-helpdesk with as many tickets, asked as `benches.desk` asks us. Runs in the peer's own environment.

Started by `benches.desk`, which gives it the server's address; it makes a database of its own there. Prints a line of
JSON: what each page cost. Three follow-ups for each ticket, forty members of staff, a fifth of the tickets open.
"""

import json
import os
import statistics
import sys
import time
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

STAFF, FOLLOW_UPS, ROUNDS = 40, 3, 5
NAME = "liuke_bench_helpdesk"
TICKETS = int(os.environ["PEER_TICKETS"])
WORDS = ("bottle cracked", "parcel late", "wheel stuck", "how to wash", "wrong size", "no power", "missing wipes")


def address(name: str) -> dict[str, Any]:
    return {"ENGINE": "django.db.backends.postgresql", "NAME": name, "HOST": os.environ["PEER_HOST"],
            "PORT": os.environ["PEER_PORT"], "USER": os.environ["PEER_USER"], "PASSWORD": os.environ["PEER_PASSWORD"]}


def make_database() -> None:
    psycopg = import_module("psycopg")
    words = {"host": os.environ["PEER_HOST"], "port": os.environ["PEER_PORT"], "user": os.environ["PEER_USER"],
             "password": os.environ["PEER_PASSWORD"], "dbname": os.environ["PEER_HOME"]}
    with psycopg.connect(**{name: value for name, value in words.items() if value}, autocommit=True) as there:
        there.execute(f"DROP DATABASE IF EXISTS {NAME}")
        there.execute(f"CREATE DATABASE {NAME}")


def set_up() -> None:
    """The settings of its own quick start, on PostgreSQL, without debugging."""
    from django.conf import settings

    settings.configure(
        SECRET_KEY="bench", DEBUG=False, ALLOWED_HOSTS=["*"], USE_TZ=True, TIME_ZONE="Asia/Shanghai", SITE_ID=1,
        ROOT_URLCONF="desk_peer", DATABASES={"default": address(NAME)}, DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        STATIC_URL="/static/", MEDIA_URL="/media/", MEDIA_ROOT="/nonexistent", LOGIN_URL="/login/",
        HELPDESK_DEFAULT_SETTINGS={"use_email_as_submitter": True}, LANGUAGE_CODE="en",
        HELPDESK_TEAMS_MODE_ENABLED=False, LOGGING_CONFIG=None,
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
            "django.contrib.sites", "django.contrib.admin", "django.contrib.humanize", "django.contrib.staticfiles",
            "rest_framework", "helpdesk",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
            "context_processors": [f"django.{name}" for name in (
                "template.context_processors.debug", "template.context_processors.request",
                "contrib.auth.context_processors.auth", "contrib.messages.context_processors.messages")]}}],
    )
    import django

    django.setup()


def seed() -> None:
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.utils import timezone

    models = import_module("helpdesk.models")
    user = get_user_model()
    people = [user.objects.create_user(f"staff{at}", password=None, is_staff=True, is_superuser=at == 0)
              for at in range(STAFF)]
    queues = [models.Queue.objects.create(title=f"Queue {at}", slug=f"q{at}") for at in range(4)]
    now = timezone.now()
    rows = []
    for at in range(TICKETS):
        text = f"{WORDS[at % 7]} {at}"
        opened = now - timedelta(minutes=2 * at)
        rows.append(models.Ticket(
            title=text, queue=queues[at % 4], created=opened, modified=opened,
            submitter_email=f"c{at % 20000}@example.org", assigned_to=people[at % STAFF],
            status=(1 if at % 10 else 2) if at % 5 == 0 else 4, description=text * 3, priority=1 + at % 5))
    models.Ticket.objects.bulk_create(rows, batch_size=2_000)
    with connection.cursor() as cursor:
        columns = {field.column: field for field in models.FollowUp._meta.concrete_fields}
        given = {"ticket_id": "t.id", "date": "t.created + f * interval '1 minute'", "title": "'Comment'",
                 "comment": "t.description", "public": "true", "user_id": str(people[1].pk)}
        blank = {name: "''" for name, field in columns.items()
                 if name not in given and not field.null and field.get_internal_type() in ("CharField", "TextField")}
        given |= blank
        cursor.execute(f"INSERT INTO helpdesk_followup ({', '.join(given)}) SELECT {', '.join(given.values())}"
                       f" FROM helpdesk_ticket t, generate_series(1, {FOLLOW_UPS}) AS f")
        cursor.execute("VACUUM ANALYZE")


def cpu(pid: int) -> int:
    return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0])


def measure() -> dict[str, dict[str, float]]:
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    models, query = import_module("helpdesk.models"), import_module("helpdesk.query")
    client = Client()
    client.force_login(get_user_model().objects.get(username="staff0"))
    ticket_id = models.Ticket.objects.filter(status=1).order_by("-pk").values_list("pk", flat=True)[0]
    table = ("draw=1&start=0&length=25&order[0][column]=0&order[0][dir]=desc&search[value]=&search[regex]=false&"
             + "&".join(f"columns[{at}][data]={name}&columns[{at}][searchable]=true" for at, name in enumerate(
                 ("ticket", "id", "priority", "title", "queue", "status", "created", "due_date", "assigned_to"))))

    def listed(**more: Any) -> str:
        asked = {"filtering": {"status__in": [1, 2]}, "filtering_null": {}, "sorting": "created", "sortreverse": True,
                 "search_string": "", **more}
        return f"/datatables_ticket_list/{query.query_to_base64(asked)}?{table}"

    pages = {
        "list page without its rows": "/tickets/", "open tickets, newest 25": listed(),
        "text search": listed(search_string="wheel stuck"), "one ticket": f"/tickets/{ticket_id}/",
        "dashboard": "/dashboard/",
    }
    found = {}
    for name, path in pages.items():
        answer = client.get(path)
        assert answer.status_code == 200, (name, answer.status_code, answer.get("Location"))
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        statements = len(asked)                  # the next request empties the list
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = cursor.fetchone()[0]
        here, there = [], []
        for _ in range(ROUNDS):
            began, served = time.process_time_ns(), cpu(backend)
            client.get(path)
            here.append((time.process_time_ns() - began) / 1e6)
            there.append((cpu(backend) - served) / 1e6)
        both = [one + other for one, other in zip(here, there, strict=True)]
        found[name] = {"sql": statements, "cpu": statistics.median(both), "here": statistics.median(here),
                       "there": statistics.median(there)}
        print(name, found[name], file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    make_database()
    set_up()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    seed()
    print(json.dumps(measure()))
else:
    from django.urls import include, path

    urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
