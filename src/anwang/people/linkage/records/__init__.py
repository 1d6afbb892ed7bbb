"""Packed records as Parquet files carry them, outside any database: see docs/link-records.md."""
