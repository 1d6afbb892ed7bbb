"""The demo county: made-up households, their agencies' monthly rosters with realistic errors, and the truth."""
