"""Addresses of pages by the names of their views, quick for the hundreds that one page has."""

from __future__ import annotations

from functools import lru_cache

from django.urls import get_script_prefix, reverse

_MARK = 7_919_000_000_000  # a number that no address has otherwise


def address_of(name: str, *args: object) -> str:
    """What `reverse(name, args=args)` says. With numbers alone it is made from the one of other numbers."""
    prefix = get_script_prefix()
    if all(type(each) is int and each >= 0 for each in args):
        return _with_numbers(name, len(args), prefix) % args
    return _of_texts(name, tuple(map(str, args)), prefix)


@lru_cache(maxsize=1000)
def _with_numbers(name: str, count: int, _prefix: str) -> str:
    """The address with “%d” where numbers stand; a view without arguments has none."""
    marks = [_MARK + place for place in range(count)]
    address = reverse(name, args=marks).replace("%", "%%")
    for mark in marks:
        address = address.replace(str(mark), "%d")
    return address


@lru_cache(maxsize=1000)
def _of_texts(name: str, args: tuple[str, ...], _prefix: str) -> str:
    return reverse(name, args=args)
