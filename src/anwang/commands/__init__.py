"""What each sub-command does, grouped by what it works on. Only `cli` imports this."""
