"""cnnviz: look inside six convolutional networks, and train them for a few seconds."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("cnnviz")
except PackageNotFoundError:  # used from a checkout, as the README does
    __version__ = "0.1.0"
