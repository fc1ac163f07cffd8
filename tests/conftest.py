"""How every test runs: Hypothesis repeats the same examples each time unless told to explore."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A shared machine makes single examples slow now and then; that is no finding.
settings.register_profile(
    "repeat", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))
