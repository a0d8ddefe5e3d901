"""What all plots share: their colours, fonts and margins."""

import plotly.graph_objects as go

# What is added, what is taken away: the hues that positive and negative have in maps.
POSITIVE = "#B2182B"
NEGATIVE = "#2166AC"

FONT_PIXELS = 15
#: A legend in one line over the plot.
LEGEND_ABOVE = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "font": {"size": FONT_PIXELS}}


def laid_out(figure: go.Figure, height: int) -> go.Figure:
    """Give a figure the look of all: no background of its own, type for a projector.

    The colour of its text is the page's, which is known only there.

    Args:
        figure: is changed.
        height: in pixels.
    """
    figure.update_layout(
        height=height, showlegend=False, margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
        font={"size": FONT_PIXELS}, hoverlabel={"font": {"size": FONT_PIXELS}}, bargap=0.1,
    )  # fmt: skip
    figure.update_xaxes(automargin=True, title_standoff=4, tickfont={"size": FONT_PIXELS})
    figure.update_yaxes(automargin=True, title_standoff=4, tickfont={"size": FONT_PIXELS})
    return figure
