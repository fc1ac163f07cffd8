"""Points in a plain script: a purchase, points spent, and the member's statement.

    python examples/embedding/plain_script.py points.db

Run it twice: the purchase has an id and the redemption a key, so nothing is granted or spent a second time.
"""

from __future__ import annotations

import sys
from pathlib import Path

from loyalty_adapters import open_engine
from loyalty_engine import Purchase
from loyalty_engine.errors import LoyaltyError, RedemptionNotPermitted

RULES = Path(__file__).parent / "shop.yaml"


def main(database: str) -> int:
    """Walk through a member's day; gives the exit code."""
    with open_engine(f"sqlite:///{database}", rulebook=RULES) as engine:
        at = "2026-03-14T11:05:00+02:00"
        bought = Purchase(id="R-1", source="till", member="M-1", at=at, amount="730.00")
        receipt = engine.record(bought)
        print("earned before:" if receipt.repeated else "earned:", receipt.totals["points"])

        try:
            engine.redeem("M-1", points=150, total="20.00")
        except RedemptionNotPermitted as refusal:
            permitted = refusal.parameters["permitted"]
            receipt = engine.redeem("M-1", points=permitted, total="20.00", key="basket-7")
            print("spent before:" if receipt.repeated else "spent:", permitted)

        for entry in engine.statement("M-1")["entries"]:
            print(f"{entry['effective_at'][:10]}  {entry['kind']:<12}{entry['points']:>6}")
        print("left:", engine.balance("M-1")["currencies"]["points"]["available"])
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "points.db"))
    except LoyaltyError as error:
        sys.exit(f"{error.code}: {error.message}")
