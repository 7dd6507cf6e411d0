"""How a fault is planted: a name of the real code stands for something else while a block runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

Mutant = Callable[[], AbstractContextManager[None]]
"""Plants one fault for the block. Its docstring says which, in one line."""


@contextmanager
def patched(owner: object, name: str, value: Any) -> Iterator[None]:
    """`owner`'s `name` is `value` in the block."""
    before = owner.__dict__[name]
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)
