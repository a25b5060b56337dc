"""The servers of the tests: one database each, and what is committed survives."""

import psycopg


def at(url):
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def test_a_database_is_empty_and_sorts_by_code_point(postgres_url):
    with at(postgres_url) as connection:
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        assert connection.execute(tables).fetchone() == (0,)


def test_two_databases_share_nothing(fast_postgres, postgres_url):
    other = fast_postgres.new_database()
    with at(postgres_url) as mine, at(other) as yours:
        mine.execute("CREATE TABLE lamps (name text)")
        found = yours.execute("SELECT to_regclass('lamps')").fetchone()
    fast_postgres.drop_database(other)
    assert found == (None,)


def test_what_a_durable_server_acknowledged_survives_its_crash(durable_postgres):
    url = durable_postgres.new_database()
    with at(url) as connection:
        connection.execute("CREATE TABLE lamps (name text)")
        connection.execute("INSERT INTO lamps VALUES ('red')")
        durable_postgres.crash()
    durable_postgres.start()
    with at(url) as connection:
        assert connection.execute("SELECT name FROM lamps").fetchall() == [("red",)]
    durable_postgres.drop_database(url)
