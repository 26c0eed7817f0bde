"""The word index, in each store's own kind of table."""

from django.db import migrations

MAKE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE tickets_search USING fts5"
        " (words, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3 4')"
    ],
    "postgresql": [
        "CREATE TABLE tickets_search (ticket_id bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX tickets_search_words ON tickets_search USING gin (words)",
    ],
}


def make(apps, schema_editor):
    for statement in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE tickets_search")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [migrations.RunPython(make, drop, elidable=False)]
