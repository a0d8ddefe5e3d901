"""The training that the panel's settings describe (A, where there are two), and its curves."""

from cnnviz.figures.training import WORDS, RunCurves, curves_figure
from cnnviz.training import recipes
from cnnviz.training.curves import Curves
from cnnviz.training.fit import fit

data = "digits"  # page: train_data
digits = 1000  # page: images_digits
digits_epochs = 12  # page: epochs_digits
digits_batch = 32  # page: batch_digits
digits_alpha = 1.0  # page: alpha_digits_a
photos = 5000  # page: images_cifar10
photo_epochs = 5  # page: epochs_cifar10
photo_batch = 64  # page: batch_cifar10
photo_alpha = 0.25  # page: alpha_cifar10_a
seed = 0  # page: seed
bottleneck = "linear"  # page: end_a
expansion = 6  # page: expansion_a
shortcut = "bottleneck"  # page: shortcut_a
rate = 0.1  # page: rate_a

network = {"linear": bottleneck == "linear", "expansion": expansion, "shortcut": shortcut}
spec = recipes.base("mobilenet_v2", data)
spec = spec.with_settings({**network, "learning_rate": rate, "seed": seed})
if data == "digits":
    sizes = {"images": digits, "epochs": digits_epochs, "batch_size": digits_batch}
    spec = spec.with_settings({**sizes, "alpha": digits_alpha})
else:
    sizes = {"images": photos, "epochs": photo_epochs, "batch_size": photo_batch}
    spec = spec.with_settings({**sizes, "alpha": photo_alpha, "validation": max(1000, photos // 5)})

curves = Curves()
for progress in fit(spec):
    curves.add(progress)

figure = curves_figure([RunCurves("A", *curves.columns())], WORDS)
figure
