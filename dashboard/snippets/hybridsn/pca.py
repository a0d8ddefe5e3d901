"""What so many principal components keep of a scene: variance, and one spectrum rebuilt."""

import numpy as np
from plotly.subplots import make_subplots

from cnnviz.explain import hybridsn_pca as pca
from cnnviz.explain.hybridsn_scene import band_axis, class_spectra, examples
from cnnviz.training.scene_data import read

name = "synthetic_scene"  # page: scene
count = 15  # page: components

scene = read(name)
found = pca.components(scene)
row, column = examples(scene, class_spectra(scene))[0]
axis = band_axis(scene)

left = f"{count} components keep {found.kept[count]:.2%}; error {found.error[count]:.3g}"
right = f"the pixel in row {row}, column {column}"
figure = make_subplots(cols=2, subplot_titles=[left, right])
lost = 1 - found.kept[1:]
figure.add_scatter(x=np.arange(1, len(found.kept)), y=lost, name="not kept", row=1, col=1)
figure.add_vline(x=count, row=1, col=1)
for title, values in (
    ("mean of the scene", found.fitted.mean),
    ("pixel", scene.cube[row, column].astype(float)),
    (f"rebuilt from {count}", pca.rebuilt(found, row, column, count)),
):
    figure.add_scatter(x=axis.centres, y=values, name=title, row=1, col=2)
figure.update_xaxes(title="components", row=1, col=1)
figure.update_yaxes(title="share of the variance not kept", type="log", row=1, col=1)
figure.update_xaxes(title="wavelength (nm)" if axis.in_nm else "band", row=1, col=2)
figure.update_yaxes(title="value", row=1, col=2)
figure
