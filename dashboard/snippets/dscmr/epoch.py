"""Which epoch is reported: mAP on validation and on test after each, over several seeds."""

from cnnviz.explain.dscmr_epoch_choice import read
from cnnviz.figures.dscmr_epoch_choice import change_of_map, epochs_figure

data = "captioned_digits"  # page: pairs
seed = 0  # page: epoch_seed

# `python -m cnnviz.training.dscmr_epoch_choice` trains these runs.
choice = read(data)

words = {
    "epoch": "epoch", "map": "mAP", "validation": "validation", "test": "test",
    "others": "test, other seeds", "last": "last epoch", "fair": "best on validation",
    "best": "best on test",
}  # fmt: skip
figure = epochs_figure(choice, choice.seeds.index(seed), words)
adds = change_of_map(choice.flattered.tolist())
figure.update_layout(title=f"To choose by the test pairs adds {adds}", margin_t=80)
figure
