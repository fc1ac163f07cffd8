"""Handing commands to the driver, and making them anew when other rules were published meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from loyalty_engine.engine.command import Command, Outcome, Outdated
from loyalty_engine.engine.ports.driver import Driver
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.engine.settlement import Settlement
from loyalty_engine.errors import BadInput, LoyaltyError, Refusal

MakeCommand = Callable[[], Command]
"""Makes a command by the rules as they are known now. Raises what making it may: BadInput, Refusal."""


class Submission:
    """A command is made before the lock is taken, so the rules it was made by may be out of date by then."""

    def __init__(self, driver: Driver, settlement: Settlement) -> None:
        self._driver = driver
        self._settlement = settlement

    def one(self, make: MakeCommand) -> Receipt:
        """Settle one command, in a group with whoever else waits. Raises what making and deciding raise."""
        while True:
            outcome: Outcome = self._driver.submit(self._settlement, self._made(make))
            if isinstance(outcome, LoyaltyError):
                raise outcome
            if not isinstance(outcome, Outdated):
                return outcome

    def many(self, makes: Sequence[MakeCommand]) -> list[Receipt | LoyaltyError]:
        """Settle commands in one commit; a receipt or an error each, in order."""
        made = [_made_or_error(make) for make in makes]
        if any(isinstance(one, LoyaltyError) for one in made) and self._look():
            made = [_made_or_error(make) for make in makes]
        commands = [one for one in made if not isinstance(one, LoyaltyError)]
        outcomes: list[Outcome] = self._driver.submit_many(self._settlement, commands) if commands else []
        settled = iter(outcomes)
        results: list[Receipt | LoyaltyError] = []
        for one in made:
            outcome = one if isinstance(one, LoyaltyError) else next(settled)
            if isinstance(outcome, Outdated):
                return self.many(makes)  # what was settled of it answers as a repeat
            results.append(outcome)
        return results

    def _made(self, make: MakeCommand) -> Command:
        try:
            return make()
        except (BadInput, Refusal):
            if not self._look():
                raise
        return make()

    def _look(self) -> bool:
        return self._driver.read(self._settlement.versions.refresh)


def _made_or_error(make: MakeCommand) -> Command | LoyaltyError:
    try:
        return make()
    except (BadInput, Refusal) as error:
        return error
