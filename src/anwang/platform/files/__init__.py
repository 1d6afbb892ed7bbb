"""Files that come in from strangers and files that go out to them."""
