"""What all tests share: a Qt that needs no screen, and the two ways hypothesis looks for examples."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

if "DISPLAY" not in os.environ:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# No deadlines: a loaded machine is slow, not wrong. The gate repeats the same examples, so that it fails
# for a change and not by chance; everyone else explores.
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("gate", settings.get_profile("explore"), derandomize=True, print_blob=True)
settings.load_profile("gate" if os.environ.get("CI") else "explore")
