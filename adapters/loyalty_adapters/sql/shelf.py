"""Published rulebooks, by number over the whole store."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import bindparam, or_, select

from loyalty_adapters.sql import reads, tables
from loyalty_adapters.sql.insertion import Insertion
from loyalty_adapters.sql.sqlite_executor import SqliteExecutor
from loyalty_adapters.sql.statement import Statement
from loyalty_engine.engine.ports.rulebook_shelf import PublishedRulebook

_insertion = Insertion(tables.rulebook)
_published = Statement(
    select(tables.rulebook)
    .where(or_(reads.PROGRAM.is_(None), tables.rulebook.c.program == bindparam("program")))
    .order_by(tables.rulebook.c.number)
)


def latest(executor: SqliteExecutor) -> int:
    """See `RulebookShelf.latest`."""
    number: int = executor.value(reads.latest_rulebook)
    return number


def published(executor: SqliteExecutor, program: str | None) -> Sequence[PublishedRulebook]:
    """See `RulebookShelf.published`."""
    rows = executor.rows(_published, program=program)
    return [PublishedRulebook(*row)._replace(files=json.loads(row[-1])) for row in rows]


def publish(executor: SqliteExecutor, rulebook: PublishedRulebook) -> PublishedRulebook:
    """See `RulebookShelf.publish`."""
    numbered = rulebook._replace(number=latest(executor) + 1)
    files = json.dumps(dict(numbered.files), ensure_ascii=False, separators=(",", ":"))
    executor.put(_insertion, [(*numbered[:-1], files)])
    return numbered
