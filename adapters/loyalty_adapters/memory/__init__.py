"""The store in memory: the same ports on dictionaries, for tests and trials. Nothing survives the process."""
