"""An index of every message in place of one of subjects; the worker fills it, from the newest ticket on."""

import django.db.models.deletion
from django.db import migrations, models

MAKE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE tickets_document USING fts5(words, people, columnsize = 0, prefix = '4',"
        " tokenize = \"unicode61 remove_diacritics 0 tokenchars '_'\")",
        "CREATE VIRTUAL TABLE tickets_document_term USING fts5vocab(tickets_document, instance)",
    ],
    "postgresql": [
        "CREATE TABLE tickets_document (id bigint PRIMARY KEY, words tsvector NOT NULL)",
        # What is written waits in a list that every search reads through, so that is kept short.
        "CREATE INDEX tickets_document_words ON tickets_document USING gin (words) WITH (gin_pending_list_limit = 512)",
        # How often a word occurs is not asked: the eras bound every question.
        "ALTER TABLE tickets_document ALTER COLUMN words SET STATISTICS 0",
    ],
}
FILL = "INSERT INTO tickets_unindexed (ticket_id) SELECT id FROM tickets_ticket"
DROP = {
    "sqlite": ["DROP TABLE tickets_document_term", "DROP TABLE tickets_document"],
    "postgresql": ["DROP TABLE tickets_document"],
}
OLD = {
    "sqlite": "CREATE VIRTUAL TABLE tickets_search USING fts5"
    " (words, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3 4')",
    "postgresql": "CREATE TABLE tickets_search (ticket_id bigint PRIMARY KEY, words tsvector NOT NULL)",
}


def make(apps, schema_editor):
    for statement in (*MAKE[schema_editor.connection.vendor], FILL, "DROP TABLE tickets_search"):
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in (OLD[vendor], *DROP[vendor]):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0011_views")]
    operations = [
        migrations.CreateModel(
            name="Unindexed",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="tickets.ticket",
                    ),
                ),
            ],
        ),
        migrations.RunPython(make, drop, elidable=False),
    ]
