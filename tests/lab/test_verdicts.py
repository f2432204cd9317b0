"""Who has a good name: wanted mail leads there, and none that is not."""

import duckdb

from fyke.lab.verdicts import honest


def test_only_who_is_in_no_unwanted_mail():
    """One unwanted mail takes the name away; who is in none has none."""
    rows = [
        ("site:good.com", "verdict", "wanted"),
        ("site:both.com", "verdict", "wanted"),
        ("site:both.com", "verdict", "unwanted"),
        ("site:unsure.com", "verdict", "unsure"),
        ("site:also.com", "verdict", "wanted"),
        ("site:also.com", "verdict", "unsure"),
        ("mail:abc", "verdict", "wanted"),
        ("site:other.com", "title", "wanted"),
    ]
    connection = duckdb.connect()
    connection.execute("CREATE TABLE facts (about VARCHAR, kind VARCHAR, value VARCHAR)")
    assert honest(connection.table("facts")) == []
    connection.executemany("INSERT INTO facts VALUES (?, ?, ?)", rows)
    assert honest(connection.table("facts")) == ["also.com", "good.com"]
