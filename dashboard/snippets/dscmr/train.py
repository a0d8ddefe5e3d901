"""The training that the panel's settings describe (A, where there are two), and its curves."""

from cnnviz.figures.training import WORDS, RunCurves, curves_figure
from cnnviz.training import recipes
from cnnviz.training.curves import Curves
from cnnviz.training.fit import fit

pairs = "captioned_digits"  # page: pairs
data = pairs  # page: train_data_{pairs}
batch = 100  # page: train_batch
seed = 0  # page: seed
j1 = True  # page: train_j1_a
# "", 0 and -1 leave what the recipe of these pairs has.
scaling = ""  # page: train_scaling_{data}
epochs = 0  # page: train_epochs_{data}
alpha = -1.0  # page: train_alpha_{data}_a
beta = -1.0  # page: train_beta_{data}_a
rate = 0.0  # page: train_rate_{data}_a

settings = {"batch_size": batch, "seed": seed, "discriminate": j1}
own = {"scaling": scaling, "epochs": epochs, "learning_rate": rate}
settings |= {name: value for name, value in own.items() if value}
settings |= {name: w for name, w in {"alpha": alpha, "beta": beta}.items() if w >= 0}
spec = recipes.on_pairs(data).with_settings(settings)

curves = Curves()
for progress in fit(spec):
    curves.add(progress)

words = WORDS | {"map": "mAP on validation", "weighted": "loss", "unweighted": "without weights"}
figure = curves_figure([RunCurves("A", *curves.columns())], words, metric="map")
figure
