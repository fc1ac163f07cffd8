"""The SQL stores: tables and statements written once in SQLAlchemy Core, run as compiled text.

Everything stored is a whole number or text: instants are microseconds UTC, money is minor units, documents
are JSON text. So no type adapter can differ between databases, and compiled text needs no converters.
Reads hand a set over as one JSON text; writes hand over whole sets of rows per statement.
"""
