"""Other systems: the API, and what we push to them."""
