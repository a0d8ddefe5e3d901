"""The same network, trained and tested under both splits."""

import plotly.graph_objects as go

from cnnviz.training import recipes
from cnnviz.training.whole_run import whole_run

scene = "synthetic_scene"  # page: scene

epochs = 20  # two trainings of some minutes
spec = recipes.on_scene("hybridsn", scene).with_settings({"epochs": epochs})
cards = {split: whole_run(spec.with_settings({"split": split})) for split in ("random", "blocks")}

figure = go.Figure([
    go.Bar(
        name=f"split: {split}",
        x=["OA", "AA", "κ"],
        y=[card.metrics["test"][metric] for metric in ("oa", "aa", "kappa")],
        text=[f"{card.metrics['test'][metric]:.3f}" for metric in ("oa", "aa", "kappa")],
    )
    for split, card in cards.items()
])  # fmt: skip
figure.update_layout(title="Each on its own test pixels", yaxis_title="0 to 1")
figure
