"""Activities from files: JSON lines in the wire format, and tables (csv, parquet) through a mapping."""

from loyalty_adapters.files.invented_returns import ReturnPolicy, load_return_policy, with_invented
from loyalty_adapters.files.mapping import FileMapping
from loyalty_adapters.files.mapping_file import load_mapping
from loyalty_adapters.files.raw_record import RawRecord
from loyalty_adapters.files.records import Records, open_records
from loyalty_adapters.files.shipped_rules import shipped_rules
from loyalty_adapters.files.source_file import Progress
from loyalty_adapters.files.timeline import merge_by_time

__all__ = [
    "FileMapping",
    "Progress",
    "RawRecord",
    "Records",
    "ReturnPolicy",
    "load_mapping",
    "load_return_policy",
    "merge_by_time",
    "open_records",
    "shipped_rules",
    "with_invented",
]
