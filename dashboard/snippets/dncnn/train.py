"""The training that the panel's settings describe (A, where there are two), and its curves."""

from cnnviz.figures.training import WORDS, RunCurves, curves_figure
from cnnviz.training import recipes
from cnnviz.training.curves import Curves
from cnnviz.training.fit import fit

data = "bundled"  # page: train_data
sigma = "25"  # page: train_sigma
patch = 40  # page: train_patch
patches = 480  # page: train_patches
batch = 16  # page: train_batch
epochs = 7  # page: train_epochs
seed = 0  # page: seed
output = "noise"  # page: train_output_a
batch_norm = True  # page: train_norm_a
depth = 7  # page: train_depth_a
maps = 32  # page: train_maps_a
rate = 0.01  # page: train_rate_a

blind = sigma == "blind"  # each patch has a level of its own
noise = {"blind": blind, "sigma": 55.0 if blind else float(sigma)}
length = {"patch": patch, "patches": patches, "batch_size": batch, "epochs": epochs, "seed": seed}
network = {"depth": depth, "maps": maps, "residual": output == "noise", "batch_norm": batch_norm}
spec = recipes.base("dncnn", data).with_settings(
    {"validation": 4, **noise, **length, **network, "learning_rate": rate}
)

curves = Curves()
for progress in fit(spec):
    curves.add(progress)

words = WORDS | {"psnr": "PSNR on validation pictures (dB)"}
figure = curves_figure([RunCurves("A", *curves.columns())], words, metric="psnr")
figure
