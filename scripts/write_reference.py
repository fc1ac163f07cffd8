"""Writes the pages of docs/reference that are generated from the code."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "adapters")]

from loyalty_engine.rulebook.catalogue_page import catalogue_page  # noqa: E402 - the checkout comes first

(ROOT / "docs" / "reference" / "diagnostics.md").write_text(catalogue_page(), "utf-8")
