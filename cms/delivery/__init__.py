"""The read model behind the API: one ready-made document for each published page and language.

`build` says what a page's row holds and writes it, `staleness` notices what has changed, `tasks`
and the publisher rebuild it, `read` asks for it, `changes` numbers what has changed.
Why it is so: docs/decisions/0031-documents.md.
"""
