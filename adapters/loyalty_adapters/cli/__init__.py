"""The command line: `loyalty`. Results on stdout, talk on stderr; every command also answers in JSON."""
