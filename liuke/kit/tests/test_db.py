"""Where another connection to our database goes."""

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from liuke.kit.db import conninfo


def test_another_connection_goes_where_ours_goes(monkeypatch):
    given = {"HOST": "db.example", "PORT": "6543", "USER": "liuke", "PASSWORD": "a b'c", "NAME": "客"}
    for name, value in given.items():
        monkeypatch.setitem(connection.settings_dict, name, value)
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {"prepare_threshold": 3, "sslmode": "require"})

    assert conninfo_to_dict(conninfo()) == {
        "host": "db.example", "port": "6543", "user": "liuke", "password": "a b'c", "dbname": "客",
        "sslmode": "require", "client_encoding": "UTF8",
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_another_connection_sees_the_same_database():
    with psycopg.connect(conninfo()) as other, connection.cursor() as ours:
        ours.execute("SELECT current_database()")

        assert other.execute("SELECT current_database()").fetchone() == ours.fetchone()
