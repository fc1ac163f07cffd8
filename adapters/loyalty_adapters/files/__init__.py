"""Activities from files: JSON lines in the wire format, and tables (csv, parquet) through a mapping."""

from loyalty_adapters.files.invented_policy import InventedPolicy, load_invented_policy
from loyalty_adapters.files.invented_returns import with_returns
from loyalty_adapters.files.invented_spending import with_spending
from loyalty_adapters.files.mapping import FileMapping
from loyalty_adapters.files.mapping_file import load_mapping
from loyalty_adapters.files.raw_record import RawRecord
from loyalty_adapters.files.records import Records, open_records
from loyalty_adapters.files.shipped_rules import shipped_rules
from loyalty_adapters.files.source_file import Progress
from loyalty_adapters.files.timeline import merge_by_time

__all__ = [
    "FileMapping",
    "InventedPolicy",
    "Progress",
    "RawRecord",
    "Records",
    "load_invented_policy",
    "load_mapping",
    "merge_by_time",
    "open_records",
    "shipped_rules",
    "with_returns",
    "with_spending",
]
