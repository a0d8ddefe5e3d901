"""The training that the panel's settings describe (A, where there are two), and its curves."""

from cnnviz.figures.training import WORDS, RunCurves, curves_figure
from cnnviz.training import recipes
from cnnviz.training.curves import Curves
from cnnviz.training.fit import fit

data = "digits"  # page: train_data
digits = 1000  # page: images_digits
digits_epochs = 12  # page: epochs_digits
digits_batch = 32  # page: batch_digits
digits_width = 1.0  # page: width_digits_a
photos = 5000  # page: images_cifar10
photo_epochs = 5  # page: epochs_cifar10
photo_batch = 64  # page: batch_cifar10
photo_width = 0.125  # page: width_cifar10_a
seed = 0  # page: seed
reduction = 4  # page: reduction_a
position = "standard"  # page: position_a
gate = "sigmoid"  # page: gate_a
squeeze = "average"  # page: squeeze_a
rate = 0.1  # page: rate_a

se = {"reduction": reduction, "position": position, "gate": gate, "squeeze": squeeze}
spec = recipes.base("senet", data).with_settings({**se, "learning_rate": rate, "seed": seed})
if data == "digits":
    sizes = {"images": digits, "epochs": digits_epochs, "batch_size": digits_batch}
    spec = spec.with_settings({**sizes, "width": digits_width})
else:
    sizes = {"images": photos, "epochs": photo_epochs, "batch_size": photo_batch}
    spec = spec.with_settings({**sizes, "width": photo_width, "validation": max(1000, photos // 5)})

curves = Curves()
for progress in fit(spec):
    curves.add(progress)

figure = curves_figure([RunCurves("A", *curves.columns())], WORDS)
figure
