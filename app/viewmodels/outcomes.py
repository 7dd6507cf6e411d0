"""What became of a command, in words: saved and how safely, waiting for a second person, or why not."""

from __future__ import annotations

import msgspec

from app.base.errors import MusterError
from app.commands.command import AlreadyDone, Done, Outcome
from app.domain.refusal import Refusal
from app.viewmodels.codes import said_code
from app.viewmodels.context import Context
from app.viewmodels.levels import saved_words
from app.viewmodels.refusals import refusal_words

ASKED = "confirmation_asked"


class Said(msgspec.Struct, frozen=True):
    """`text` is finished; `severity` a light's name. `field` is the form's field a refusal speaks of."""

    text: str
    severity: str
    done: bool
    field: str = ""
    incident: str = ""


def said(context: Context, outcome: Outcome, action: str, label: str = "") -> Said:
    """The sentence for an outcome; what is saved names its level of acknowledgement: on disk here, and what
    it waits for."""
    if isinstance(outcome, Refusal):
        words = refusal_words(context, outcome, action)
        return Said(words, "overdue", False, outcome.field.partition(".")[0])
    if isinstance(outcome, AlreadyDone):
        return Said(context.text("done.already"), "due_soon", True, incident=outcome.incident)
    what = label or action_words(context, action)
    key = "done.waits" if _asked(outcome) else "done.saved"
    params = {
        "action": what,
        "code": said_code(outcome.code, context.now()),
        "level": saved_words(context, outcome.entries),
    }
    return Said(context.text(key, **params), "in_time", True, incident=outcome.incident)


def failure_words(context: Context, error: BaseException, action: str = "") -> str:
    """The sentence for a command that ended in an error: a refusal it carries, the world or a bug."""
    refusal = getattr(error, "refusal", None)
    if isinstance(refusal, Refusal):
        return refusal_words(context, refusal, action)
    if isinstance(error, MusterError):
        return context.language.error(error)
    return context.text("done.failed")


def action_words(context: Context, action: str) -> str:
    book = context.book
    transition = book.transitions.get(action) if book is not None else None
    return context.label(transition.label) if transition is not None else action


def _asked(outcome: Done) -> bool:
    return any(numbered.entry.kind == ASKED for numbered in outcome.entries)
