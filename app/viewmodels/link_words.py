"""The line to the hub in words: its phase, what is wrong with it, and what the clock is worth."""

from __future__ import annotations

from app.base.clock import SECOND_MS
from app.sync.status import LinkStatus
from app.viewmodels.context import Context

SEVERITIES = {
    "alone": "in_time",
    "live": "in_time",
    "connecting": "due_soon",
    "catching_up": "due_soon",
    "cut_off": "overdue",
    "refused": "overdue",
}
"""The light of each phase."""

OFF_MS = 2 * SECOND_MS
"""A PC's clock this far from the hub's is said to be off; less is the ordinary drift between two syncs."""


def phase_words(context: Context, status: LinkStatus) -> str:
    """E.g. `中心已连接`, `正在补齐 40%`, `与中心断开 12分30秒`."""
    if status.phase == "catching_up":
        behind = max(0, status.hub_gseq - status.gseq)
        return context.text("link.phase.catching_up", behind=context.formats.count(behind))
    if status.phase == "cut_off" and status.since:
        span = context.formats.span(max(0, context.now() - status.since))
        return context.text("link.phase.cut_off", span=span)
    if status.phase in ("cut_off", "refused", "connecting", "live"):
        return context.text(f"link.phase.{_plain(status.phase)}")
    return context.text("link.alone")


def trouble_words(context: Context, trouble: str) -> str:
    """Why the hub refused, or what was found wrong; a code this program does not know is named."""
    if not trouble:
        return ""
    for key in (f"sync.refused.{trouble}", f"link.trouble.{trouble}"):
        if context.language.has(key):
            return context.text(key)
    return context.text("link.trouble.unknown", code=trouble)


def clock_words(context: Context, status: LinkStatus) -> str:
    """Whether the time shown is the hub's, and how far this PC's own clock is off."""
    if status.phase == "alone":
        return context.text("link.clock.own")
    if not status.clock_verified:
        return context.text("link.clock.unverified")
    off = abs(status.clock_off_ms)
    if off < OFF_MS:
        return context.text("link.clock.right")
    key = "link.clock.slow" if status.clock_off_ms > 0 else "link.clock.fast"
    return context.text(key, span=context.formats.span(off))


def clock_severity(status: LinkStatus) -> str:
    """`due_soon` when deadlines count from a time that nobody vouches for."""
    return "" if status.phase == "alone" or status.clock_verified else "due_soon"


def waiting_words(context: Context, status: LinkStatus) -> str:
    """How many entries wait here; empty when none does."""
    if not status.pending:
        return ""
    return context.text("link.waiting", n=context.formats.count(status.pending))


def _plain(phase: str) -> str:
    """The cut whose beginning nobody noted."""
    return "cut_off_plain" if phase == "cut_off" else phase
