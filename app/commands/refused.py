"""A refusal where only an error can pass: the answer to a question whose result is plain text."""

from __future__ import annotations

from app.base.errors import MusterError
from app.domain.refusal import Refusal


class RefusedError(MusterError):
    """Carries the refusal, so that the glass can say it in its own words."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__("refused", rule=refusal.code)
        self.refusal = refusal
