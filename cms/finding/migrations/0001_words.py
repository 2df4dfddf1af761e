"""The words of documents: a full-text table of SQLite's, or a column of PostgreSQL's kind.

No model: Django has no name for either, and only cms.finding writes and reads it.
"""

from django.db import migrations

SQLITE = """
CREATE VIRTUAL TABLE finding_words USING fts5(
    locale, title, text, tokenize = 'porter unicode61 remove_diacritics 2'
)
"""
POSTGRESQL = """
CREATE TABLE finding_words (
    page_id bigint PRIMARY KEY,
    locale varchar(20) NOT NULL,
    title text NOT NULL,
    lead text NOT NULL,
    text text NOT NULL,
    stems tsvector NOT NULL
);
CREATE INDEX finding_words_stems ON finding_words USING gin (stems);
"""


def create(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    schema_editor.execute(SQLITE if is_sqlite else POSTGRESQL)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE finding_words")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunPython(create, drop)]
