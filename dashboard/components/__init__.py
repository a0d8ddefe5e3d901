"""What must answer in the browser: a slider that moves its picture, and maps to point at."""

from dashboard.components.live_slider import live_slider
from dashboard.components.map_grid import map_grid
from dashboard.components.pixel_stepper import picture, pixel_stepper

__all__ = ["live_slider", "map_grid", "picture", "pixel_stepper"]
