"""Fates: drawn alike for the same chance, with the shares the habits give."""

from __future__ import annotations

import random
from collections import Counter

import msgspec

from app.drill.fate import EXTRAS, Fate, draw_fate
from app.drill.habits import SHORTEST, Delay
from tests.unit.drill.made import demo

DRAWN = 4_000


def fates(channel: str = "phone") -> list[Fate]:
    rng = random.Random(11)
    return [draw_fate(rng, demo().habits, haste="ordinary", channel=channel) for _ in range(DRAWN)]


def test_same_chance_same_fate() -> None:
    assert fates() == fates()


def test_shares_come_out() -> None:
    shares, drawn = demo().habits.shares, fates()
    turns = Counter(fate.turn for fate in drawn)
    extras = Counter(fate.extra for fate in drawn)
    assert set(extras) == {"", *EXTRAS}
    assert abs(turns["return"] / DRAWN - shares.returned) < 0.015
    assert abs(extras["ask_extension"] / DRAWN - shares.extended) < 0.015
    assert abs(sum(fate.check_fails for fate in drawn) / DRAWN - shares.check_failed) < 0.01
    assert 0.75 < sum(fate.pace <= 1 for fate in drawn) / DRAWN < 0.9


def test_only_the_public_is_looked_into_and_only_patrols_settle_on_the_spot() -> None:
    assert not any(fate.verified for fate in fates("grid"))
    assert any(fate.self_handled for fate in fates("grid"))
    assert any(fate.verified for fate in fates("phone"))
    assert not any(fate.self_handled for fate in fates("phone"))


def test_sensors_are_often_wrong() -> None:
    wrong = Counter(fate.turn for fate in fates("sensor"))["false_alarm"] / DRAWN
    assert abs(wrong - demo().habits.shares.false_alarm_sensor) < 0.03


def test_nothing_happens_where_all_shares_are_zero() -> None:
    shares = demo().habits.shares
    none = type(shares)(**dict.fromkeys(shares.__struct_fields__, 0.0))
    habits = msgspec.structs.replace(demo().habits, shares=none)
    fate = draw_fate(random.Random(1), habits, haste="urgent", channel="grid")
    assert (fate.turn, fate.extra, fate.signs, fate.callback, fate.watched) == ("", "", "", "", "")
    assert not any((fate.self_handled, fate.merges, fate.splits, fate.check_fails, fate.promised))


def test_delays_have_no_endless_tail() -> None:
    delay, rng = Delay(minutes=10, spread=2.0), random.Random(5)
    drawn = [delay.draw_ms(rng) for _ in range(2_000)]
    assert min(drawn) == int(10 * SHORTEST * 60_000)
    assert max(drawn) == 60 * 60_000
