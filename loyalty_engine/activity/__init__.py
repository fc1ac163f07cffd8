"""What can happen: activities, their wire format, and how they are read, typed, stored and fingerprinted.

- `activity`: the frozen values `Activity`, `Line`, `Tender` and what names them.
- `wire`: `read_wire`, the strict edge; `parse`: `activity_from_wire` and `parse_activity`, typed by a program
  version's `ActivitySettings` (`field`).
- `content`: the canonical text that is stored; `fingerprint`: its hash.
- `schema`: the JSON Schema of the wire format, whose models stand in `wire_format`.

Everything bad that comes in leaves as one `InvalidActivity` that names every place.
"""
