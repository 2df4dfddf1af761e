"""The tables of the demo's translations must fit the English, both ways."""

import pytest

from demo.words import Words, WordsDoNotFit, get_languages, read_words

TABLES = {
    "shared": {"News": "Новости"},
    "about": {"About us": "О нас", "Q & A": "Вопросы <и> ответы"},
}


def test_a_text_is_looked_up_on_its_page_then_among_what_many_pages_say():
    words = Words("ru", TABLES)

    assert words.find_all("about", ["News", "About us", "Q &amp; A", "EHB-0417", "1 400"]) == [
        *("Новости", "О нас", "Вопросы &lt;и&gt; ответы", "EHB-0417", "1 400")
    ]
    words.refuse_unused()


def test_what_is_missing_is_named_all_at_once():
    with pytest.raises(WordsDoNotFit, match=r"(?s)demo/content/ru: \[about\].*Contact.*Funding"):
        Words("ru", TABLES).find_all("about", ["About us", "Contact", "Funding"])


def test_what_nothing_uses_is_named():
    words = Words("ru", TABLES)
    words.find("about", "About us")

    with pytest.raises(WordsDoNotFit, match=r"(?s)does not have.*\[about\] Q & A.*\[shared\] News"):
        words.refuse_unused()


def test_a_table_stands_in_one_file(tmp_path, monkeypatch):
    monkeypatch.setattr("demo.words.CONTENT", tmp_path)
    (tmp_path / "ru").mkdir()
    for name in ("one", "two"):
        (tmp_path / "ru" / f"{name}.toml").write_text('[about]\n"About us" = "О нас"\n')

    with pytest.raises(WordsDoNotFit, match=r"two.toml repeats the tables\n  about"):
        read_words("ru")


def test_every_language_translates_the_same_pages():
    tables = {language: read_words(language).tables for language in get_languages()}

    assert set(tables) == {"ru", "ar"}
    assert len({frozenset(table) for table in tables.values()}) == 1
    assert [
        (name, text)
        for table in tables.values()
        for name, rows in table.items()
        for text, words in rows.items()
        if not words.strip()
    ] == []
