"""The parts of a case in words: facts, orders, what waits for a second person, and what may be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from app.domain import timing
from app.domain.incident import Incident, Pending
from app.domain.light import light
from app.domain.options import Option, confirmable, options
from app.domain.order import Order
from app.domain.rulebook import RuleBook
from app.domain.sealed import Sealed
from app.log.entries import Numbered
from app.viewmodels.case_view import AGREE, TURN_DOWN, ActionLine, Fact, OrderLine, WaitLine
from app.viewmodels.codes import said_code
from app.viewmodels.context import Context
from app.viewmodels.delivery import reached
from app.viewmodels.outcomes import action_words
from app.viewmodels.refusals import refusal_words
from app.viewmodels.timeline import form_words, who_words

SEALED_LABELS = {
    "person_name": "case.reporter",
    "phone": "case.phone",
    "address_flat": "case.flat",
    "free_text": "case.original",
}
"""What each field of the vault is called on the case; the order in which they are shown."""


def urgency_words(context: Context, case: Incident) -> str:
    """The word in the box: 特急 or 紧急, or empty."""
    if not case.urgent:
        return ""
    book = context.book
    first = book is not None and case.sla_class == book.rules.sla.classes[0].id
    return context.text("urgency.2" if first else "urgency.1")


def status_words(context: Context, book: RuleBook, case: Incident) -> str:
    """The state, how it was closed, and the flags it carries: `处置中 · 催办`."""
    labels = {o.id: o.label for o in book.rules.workflow.overlays if o.id != "urgent"}
    results = {r.id: r.label for r in book.rules.workflow.results}
    words = [context.state(case.state)]
    if case.result in results:
        words.append(context.label(results[case.result]))
    words += [context.label(labels[overlay]) for overlay in case.overlays if overlay in labels]
    if case.contested:
        words.append(context.text("board.mark.contested"))
    return context.text("list.dot").join(words)


def facts(context: Context, case: Incident, opened: Mapping[str, str], home: str = "") -> tuple[Fact, ...]:
    """What is known; personal data masked but for what was `opened` with a reason, by reference. `home` is
    the stream of another hub that owns the case, and `context` speaks for that one then."""
    text = context.text
    areas = context.hall.areas
    place = " ".join([*(context.label(a.label) for a in areas.path(case.place.area)), case.place.address])
    found = [
        Fact(text("case.place"), place.strip() or text("case.no_place")),
        Fact(text("case.category"), category_words(context, case)),
        Fact(text("case.channel"), _channel(context, case)),
        Fact(text("case.received"), context.formats.moment(case.received_at)[:16]),
    ]
    if home:
        founded = context.hall.founded
        found.insert(
            0, Fact(text("case.home"), context.label(founded.label) if founded is not None else home)
        )
    if case.history is not None:
        found.append(Fact(text("case.history"), case.history.unit))
    if case.master:
        found.append(Fact(text("case.master"), _code_of(context, case.master)))
    if case.merged:
        codes = text("list.comma").join(_code_of(context, merged) for merged in case.merged)
        found.append(Fact(text("case.merged"), codes))
    for field, sealed in sealed_parts(case):
        shown = opened.get(sealed.ref)
        value = sealed_mask(context, field, sealed) if shown is None else shown
        wide = field == "free_text" and shown is not None
        # Personal data never left the hub that owns the case: there is nothing to show here.
        ref = "" if home else sealed.ref
        found.append(Fact(text(SEALED_LABELS[field]), value, ref, field, shown is not None, wide))
    return tuple(found)


def category_words(context: Context, case: Incident) -> str:
    """`0501 路面塌陷 · U0`: category and time class, or that there is none yet."""
    if not case.category:
        return context.text("case.no_category")
    words = f"{case.category} {context.category(case.category)}"
    return context.text("list.dot").join([words, case.sla_class] if case.sla_class else [words])


def sealed_parts(case: Incident) -> tuple[tuple[str, Sealed], ...]:
    """The fields of the vault that this case holds."""
    parts = {
        "person_name": case.reporter.name,
        "phone": case.reporter.phone,
        "address_flat": case.place.detail,
        "free_text": case.original,
    }
    return tuple((field, sealed) for field in SEALED_LABELS if (sealed := parts[field]) is not None)


def sealed_mask(context: Context, field: str, sealed: Sealed) -> str:
    return context.text("case.masked_text") if field == "free_text" else sealed.mask


def orders(context: Context, book: RuleBook, case: Incident) -> tuple[OrderLine, ...]:
    """Every order, those in force first, with the light of its own next deadline."""
    lights: dict[str, str] = {}
    for timed in timing.all_deadlines(book, case):
        lights.setdefault(timed.order, light(timed.deadline, context.now()))
    lines = [_order(context, order, lights.get(order.code, "none")) for order in case.orders]
    return tuple(sorted(lines, key=lambda line: line.ended))


def waits(context: Context, case: Incident) -> tuple[WaitLine, ...]:
    """Requests that wait for a second person, and those a unit made to the centre."""
    text = context.text
    found = [
        WaitLine(
            text("conflict.in_case", withheld=action_words(context, contested.action)),
            text("conflict.in_case_note"),
        )
        for contested in case.contested
    ]
    found += [
        WaitLine(
            text("case.waits", action=action_words(context, pending.action)),
            _note(context, who_words(context, pending.asked_by), pending),
        )
        for pending in case.pending
    ]
    for order in case.orders:
        for request in order.requests if order.in_force else ():
            what = text(
                "case.asked", action=action_words(context, request.kind), unit=context.unit(order.unit)
            )
            found.append(WaitLine(what, form_words(context, request.kind, request.form)))
    return tuple(found)


def life_note(context: Context, entries: Sequence[Numbered]) -> str:
    """How many lines a life has, and how far all of them are safe."""
    count = context.text("case.life_note", n=len(entries))
    waiting = sum(numbered.pending for numbered in entries)
    if waiting:
        return context.text("list.dot").join((count, context.text("level.of_case", n=waiting)))
    if context.link().phase == "alone":
        return context.text("list.dot").join((count, context.text("link.saved_here")))
    return count


def actions(context: Context, book: RuleBook, case: Incident) -> tuple[ActionLine, ...]:
    """What may be done now: another person's request first, then the role's own by likelihood."""
    actor = context.actor
    found: list[ActionLine] = []
    for pending in confirmable(book, case, actor):
        found += _answers(context, pending)
    allowed = options(book, case, actor, context.reading.hall.areas, context.now())
    times = Counter(option.transition.action for option in allowed)
    used = {line.key_id for line in found}
    for option in allowed:
        line = _action(context, case, option, several=times[option.transition.action] > 1)
        found.append(line if line.key_id not in used else _without_key(line))
        used.add(line.key_id)
    return tuple(found)


def _answers(context: Context, pending: Pending) -> tuple[ActionLine, ActionLine]:
    label = action_words(context, pending.action)
    agree, turn_down = context.text("case.agree", action=label), context.text("case.turn_down", action=label)
    return (
        ActionLine(pending.action, agree, AGREE, pending.order, confirms=pending.eid),
        ActionLine(pending.action, turn_down, TURN_DOWN, pending.order, refuses=pending.eid),
    )


def _action(context: Context, case: Incident, option: Option, several: bool) -> ActionLine:
    action = option.transition.action
    label = context.label(option.transition.label)
    order = case.order(option.order) if option.order else None
    if several and order is not None:
        label = context.text("case.of_unit", action=label, unit=context.unit(order.unit))
    why_not = refusal_words(context, option.refusal, action) if option.refusal is not None else ""
    if any(p.action == action and p.order == option.order for p in case.pending):
        why_not = context.text("case.waits", action=label)
    return ActionLine(action, label, action, option.order, why_not)


def _without_key(line: ActionLine) -> ActionLine:
    return ActionLine(line.id, line.label, "", line.order, line.why_not, line.confirms, line.refuses)


def _note(context: Context, who: str, pending: Pending) -> str:
    said = form_words(context, pending.action, pending.form)
    at = context.formats.near(pending.asked_at, context.now())
    return context.text("list.dot").join(part for part in (f"{who} {at}", said) if part)


def _order(context: Context, order: Order, shown: str) -> OrderLine:
    text = context.state(order.state) if order.in_force else context.text(f"order.{order.end}")
    if order.signed_by_time and order.in_force:
        text = context.text("order.signed_by_time", state=text)
    if order.awaits_recall_receipt:
        text = context.text("order.recall_open", state=text)
    role = context.text(f"order.{order.role}")
    way = reached(context, order)
    return OrderLine(
        code=order.code,
        unit=context.unit(order.unit),
        role=role,
        light=shown if order.in_force else "none",
        text=text,
        ended=not order.in_force,
        reached=way.text,
        call=way.call,
    )


def _channel(context: Context, case: Incident) -> str:
    channel = context.choice("channels", case.channel)
    more = len(case.reports) - 1
    return context.text("case.repeats", channel=channel, more=more) if more > 0 else channel


def _code_of(context: Context, incident: str) -> str:
    row = context.reading.row_of(incident)
    return said_code(context.reading.texts([row])[row].code, context.now()) if row is not None else incident
