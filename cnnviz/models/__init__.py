"""The networks, one paper a file, torch only."""
