"""Search: a person or household of the own unit by what one has at hand."""
