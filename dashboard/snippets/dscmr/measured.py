"""How well pairs are found: by the network, by two classifiers, and by canonical correlation."""

from cnnviz import checkpoints
from cnnviz.data.feature_scaling import FeatureScaling
from cnnviz.data.retrieval import divided
from cnnviz.explain.dscmr import scaling_of
from cnnviz.explain.dscmr_measured import by_classifiers, by_correlation, by_network
from cnnviz.explain.dscmr_networks import NETWORKS
from cnnviz.figures.dscmr_measured import retrieval_figure
from cnnviz.training.recipes import on_pairs
from cnnviz.training.task_settings import PairSettings

data = "captioned_digits"  # page: pairs
network = ""  # page: net
way = "across"  # page: way
view = "recall"  # page: measured_view

settings = PairSettings(**on_pairs(data).data_args)
parts = divided(data, settings.held_out, 0)  # to train on, for validation, for the test
scaling = FeatureScaling.of(parts[0], settings.scaling)
found = {}
if network := network or NETWORKS.get(data, ""):  # the other methods need none
    model, card = checkpoints.load(network)
    own = scaling_of(card, checkpoints.load_preprocessing(network))
    found["dscmr"] = by_network(model, own, parts[2])
found["classifiers"] = by_classifiers(parts, scaling)
found["cca"] = by_correlation(parts, scaling)

names = {"dscmr": "DSCMR", "classifiers": "two classifiers", "cca": "CCA"}
ways = [
    (code, f"{names[code]}, mAP {getattr(each, way).map:.3f}", getattr(each, way))
    for code, each in found.items()
]
words = {"precision": "precision", "recall": "recall", "map": "mAP", "first": "how many, k"}
figure = retrieval_figure(ways, view, words, parts[2].class_names)
figure
