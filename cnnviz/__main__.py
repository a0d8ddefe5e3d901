"""``python -m cnnviz``."""

from cnnviz.cli import app

app(prog_name="python -m cnnviz")
