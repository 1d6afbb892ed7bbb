"""A tuned use of Splink 5 as an analyst would do it, to measure our own matching against. For `anwang bench` only."""
