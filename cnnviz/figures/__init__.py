"""Arrays in, pictures out: plotly figures, or uint8 pictures where there are many tiles."""
