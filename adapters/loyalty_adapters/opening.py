"""The composition root: a store, the rules and two clocks become an engine. Nothing is made at import."""

from __future__ import annotations

import time
from collections.abc import Callable
from os import PathLike

from loyalty_adapters.driver import open_driver
from loyalty_adapters.files.rule_folder import read_rule_files
from loyalty_engine.engine.arguments import Instant, instant
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.engine.rulebook_loading import check_rules

Clock = Callable[[], Instant]
"""Says what time it is."""


def open_engine(
    url: str,
    *,
    rulebook: str | PathLike[str] | None = None,
    program: str | None = None,
    clock: Clock | None = None,
    recording_clock: Clock | None = None,
    create: bool = True,
    synchronous: str = "FULL",
    actor: str | None = None,
) -> LoyaltyEngine:
    """Open the engine on a database such as `sqlite:///shop.db`, making its tables when they are not there.

    `rulebook` is a folder of rule files (or one file): checked, its examples run, and stored if this
    content is new; stored versions then decide, each from its own `effective` on. `program` chooses one
    of several in a database; rules bring theirs along. `clock` is the business clock and
    `recording_clock` stamps entries; each gives microseconds UTC or an aware datetime, and defaults to the
    system's. `create`
    False refuses a database that is not there.
    Raises InvalidRulebook, InvalidFile, StoreFailure, UnknownProgram.
    """
    compiled = None if rulebook is None else check_rules(read_rule_files(rulebook))
    if compiled is not None and program is None:
        program = compiled.program.name
    driver = open_driver(url, create=create, synchronous=synchronous, program=program)
    try:
        engine = LoyaltyEngine(driver, _ticking(clock), _ticking(recording_clock))
        if compiled is not None:
            engine.publish(compiled, actor=actor, again=False)
    except BaseException:
        driver.close()
        raise
    return engine


def _ticking(clock: Clock | None) -> Callable[[], int]:
    if clock is None:
        return system_clock

    def ticking() -> int:
        return instant("the clock", clock())

    return ticking


def system_clock() -> int:
    """The present instant in microseconds UTC."""
    return time.time_ns() // 1000
