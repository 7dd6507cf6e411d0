"""All planted faults, by name."""

from __future__ import annotations

from tests.sim.mutants import durability, following, numbering, relaying
from tests.sim.mutants.planting import Mutant

MUTANTS: dict[str, Mutant] = {
    mutant.__name__: mutant
    for mutant in (
        durability.acknowledged_before_commit,
        durability.normal_instead_of_full,
        durability.told_at_send,
        durability.dropped_at_send,
        durability.cursor_before_projection,
        durability.tail_kept_after_failure,
        durability.caches_kept_after_rollback,
        numbering.numbers_outside_the_lock,
        numbering.deduped_by_time,
        numbering.not_deduped,
        numbering.quarantine_blocks,
        numbering.wall_clock_counts,
        following.no_overlay_refold,
        following.contest_dropped,
        following.news_unproved,
        following.epoch_ignored_on_the_line,
        following.epoch_forgotten,
        following.ring_skips,
        following.pending_numbers_in_base,
        following.own_numbers_repeated,
    )
}

BETWEEN_LEVELS: dict[str, Mutant] = {
    mutant.__name__: mutant
    for mutant in (
        relaying.above_at_send,
        relaying.above_unproved,
        relaying.lower_head_forgotten,
        relaying.upper_time_counts,
        relaying.folded_by_upper_numbers,
        relaying.heard_when_sent,
        relaying.heard_twice,
    )
}
"""Those that only lives with hubs above can show."""
