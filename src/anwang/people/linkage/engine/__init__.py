"""The matching engine: comparisons written once, run as machine code here and as SQL in Splink."""
