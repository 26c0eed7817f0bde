"""What came, as every store can keep it: PostgreSQL knows no NUL, and none knows half of a surrogate pair."""

from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser


def keepable(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [keepable(one) for one in value]
    if isinstance(value, dict):
        return {keepable(name): keepable(one) for name, one in value.items()}
    return value


class CarefulParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return keepable(super().parse_body(request))

    def parse_querydict(self, query: Any, list_fields: Any, request: HttpRequest) -> Any:
        return keepable(super().parse_querydict(query, list_fields, request))
