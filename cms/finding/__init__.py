"""Search for apps: an index of what documents say, each in its own language.

`index` keeps the words of a page, `find` asks for them. Why it is not Wagtail's index:
docs/decisions/0037-search-for-apps.md.
"""
