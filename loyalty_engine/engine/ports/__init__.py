"""What the engine needs of the outside: one protocol a file."""
