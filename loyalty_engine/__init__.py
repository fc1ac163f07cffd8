"""A loyalty points engine: rules as files, a ledger that can be proved. `loyalty_adapters.open_engine` opens one."""
