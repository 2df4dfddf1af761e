"""Statements that every post asks, with their SQL made once.

Django builds the SQL of a SELECT anew each time, and for a page of eighty columns that costs more
than asking it; see docs/decisions/0016.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connections, router
from django.db.models import Model, QuerySet

ModelT = TypeVar("ModelT", bound=Model)


class Prepared(Generic[ModelT]):
    """A queryset of rows in which nothing but one value differs from time to time.

    Args:
        make: the queryset for a value; no `select_related`, whose columns would be taken for the
            row's own.
        stand_in: a value that stands nowhere else in the statement.
    """

    def __init__(self, make: Callable[[Any], QuerySet[ModelT]], *, stand_in: int | str) -> None:
        self.make, self.stand_in = make, stand_in
        self.made: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def find(self, model: type[ModelT], value: int | str) -> list[ModelT]:
        using = router.db_for_read(model)
        if using not in self.made:
            query = self.make(self.stand_in).query
            self.made[using] = query.get_compiler(connection=connections[using]).as_sql()
        text, params = self.made[using]
        filled = [value if param == self.stand_in else param for param in params]
        return list(model._base_manager.using(using).raw(text, filled))
