"""Refusals in words: what was not done, which field and which rule, and never a code alone."""

from __future__ import annotations

from app.base.language import placeholders
from app.domain.refusal import Refusal
from app.viewmodels.context import Context


def refusal_words(context: Context, refusal: Refusal, action: str = "") -> str:
    """One sentence for a person."""
    if refusal.words is not None:
        return context.label(refusal.words)
    key = f"refusal.{refusal.code}"
    if not context.language.has(key):
        # A code from a newer hall is still a no: say that, with the code for who can look it up.
        return context.text("refusal.unknown", code=refusal.code)
    params = {**_names(context, refusal, action), "field": field_words(context, refusal.field, action)}
    wanted = placeholders(context.language.sentences[key])
    return context.text(key, **{name: params.get(name, "") for name in wanted})


def _names(context: Context, refusal: Refusal, action: str) -> dict[str, str]:
    """The values of the sentence with ids turned into names."""
    book = context.book
    params = {"action": action, **refusal.params}
    if book is not None:
        transition = book.transitions.get(params["action"])
        if transition is not None:
            params["action"] = context.label(transition.label)
        elif context.language.has(f"action.{params['action']}"):
            params["action"] = context.text(f"action.{params['action']}")
        role = book.roles.get(params.get("role", ""))
        if role is not None:
            params["role"] = context.label(role.label)
    if "state" in params:
        params["state"] = context.state(params["state"])
    if "unit" in params:
        params["unit"] = context.unit(params["unit"])
    return params


def field_words(context: Context, field: str, action: str) -> str:
    """The label of a form's field, or its id where the rules name none."""
    book = context.book
    first = field.partition(".")[0]
    transition = book.transitions.get(action) if book is not None else None
    for known in transition.fields if transition is not None else ():
        if known.id == first:
            return context.label(known.label)
    key = f"report.field.{first}"
    return context.text(key) if context.language.has(key) else field
