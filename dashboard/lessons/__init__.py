"""One file a lesson, read top to bottom as the reader sees it."""
