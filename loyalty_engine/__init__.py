"""A loyalty points engine; `loyalty_adapters.open_engine` opens one."""
