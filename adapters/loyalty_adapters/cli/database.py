"""Opening the engine as a command needs it: who may make a database, who may publish rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from loyalty_adapters.cli.output import Output
from loyalty_adapters.cli.rule_files import valid_rules
from loyalty_adapters.opening import open_engine
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.errors import DatabaseBusy, StoreFailure, UnknownProgram


@dataclass(frozen=True, slots=True)
class Database:
    """What the options say: where the ledger is, which rules go with it, which program is meant."""

    url: str
    rules: Path | None
    program: str | None
    output: Output

    def for_reading(self) -> LoyaltyEngine:
        """Nothing is made or changed; rules only say which program is meant, where there are several.

        Raises StoreFailure when there is no database, UnknownProgram when it does not hold the program.
        """
        try:
            engine = open_engine(self.url, program=self.program, create=False)
        except UnknownProgram:
            if self.program is not None or self.rules is None:
                raise
            engine = open_engine(self.url, program=self._rules().program.name, create=False)
        return self._knowing_its_program(engine)

    def for_writing(self) -> LoyaltyEngine:
        """Rules say which program is meant, and are published when the database holds none at all: a first
        start changes nothing live.

        Raises InvalidRulebook, StoreFailure when there is neither a database nor rules, UnknownProgram.
        """
        if self.rules is None:
            return self.for_reading()
        rules = self._rules()
        try:
            engine = replace(self, program=self.program or rules.program.name).for_reading()
            if engine.programs():
                return engine
            engine.close()
        except DatabaseBusy:
            raise
        except StoreFailure:  # there is none yet; if it is another failure, it comes again
            pass
        return self.with_rules(rules)

    def for_replay(self) -> LoyaltyEngine:
        """Rules are published when their content is new; without rules the database must hold some.

        Raises NoRulebook before anything is read, InvalidRulebook, StoreFailure, UnknownProgram.
        """
        if self.rules is not None:
            return self.with_rules(self._rules())
        engine = self.for_reading()
        return _or_closed(engine, lambda: engine.rulebook)

    def for_trying(self) -> LoyaltyEngine:
        """Rules decide as if they had been published last, and are not stored."""
        if self.rules is None:
            return self.for_reading()
        rules = self._rules()
        program = self.program or rules.program.name
        in_memory = self.url.startswith("memory://")
        engine = open_engine(self.url, program=program, create=in_memory)
        return _or_closed(engine, lambda: engine.try_out(rules))

    def with_rules(self, rules: CompiledRulebook) -> LoyaltyEngine:
        """The database is made when it is not there, the rules are published when their content is new."""
        engine = self.made_for(rules)
        return _or_closed(engine, lambda: engine.publish(rules, again=False))

    def made_for(self, rules: CompiledRulebook) -> LoyaltyEngine:
        """The database is made when it is not there, and nothing is published."""
        return open_engine(self.url, program=self.program or rules.program.name)

    def _rules(self) -> CompiledRulebook:
        assert self.rules is not None
        return valid_rules(self.rules, self.output)

    def _knowing_its_program(self, engine: LoyaltyEngine) -> LoyaltyEngine:
        def look() -> None:
            programs = engine.programs()
            if self.program is not None and programs and self.program not in programs:
                known = ", ".join(programs)
                raise UnknownProgram(f"the database has no program `{self.program}`; it has {known}")

        return _or_closed(engine, look)


def _or_closed(engine: LoyaltyEngine, work: Callable[[], object]) -> LoyaltyEngine:
    """The engine after some work on it; closed when the work fails."""
    try:
        work()
    except BaseException:
        engine.close()
        raise
    return engine
