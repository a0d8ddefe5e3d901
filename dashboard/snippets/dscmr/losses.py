"""The three losses of a batch of test pairs, before the training and after it."""

import plotly.graph_objects as go

from cnnviz import checkpoints
from cnnviz.data.retrieval import load_pairs
from cnnviz.explain.dscmr import scaling_of
from cnnviz.explain.dscmr_losses import batch, chosen
from cnnviz.explain.dscmr_networks import shipped_for
from cnnviz.training.fit import device
from cnnviz.training.spec import RunSpec
from cnnviz.training.state import State
from cnnviz.training.task_settings import PairSettings
from cnnviz.training.tasks import task_of

data = "captioned_digits"  # page: pairs
network = ""  # page: net
# Places among the weights below; -1 stands for the one that the training began with.
alpha = -1  # page: loss_alpha
beta = -1  # page: loss_beta
with_j1 = True  # page: loss_j1

weights = (0.0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
network = network or shipped_for(data)
trained, card = checkpoints.load(network)
scaling = scaling_of(card, checkpoints.load_preprocessing(network))
spec = RunSpec.from_json(card.recipe)
usual = PairSettings(**spec.data_args)
alpha = weights[alpha] if alpha >= 0 else usual.alpha
beta = weights[beta] if beta >= 0 else usual.beta

# The weights with which that very training began: the same seed gives the same.
untrained = State.start(spec, task_of(spec), device()).model.eval().cpu()
test = load_pairs(data)[1]
pairs = test.take(chosen(test.labels, 100))
terms = [batch(model, scaling, pairs).terms for model in (untrained, trained)]
rows = {
    "J1": [each.discrimination * with_j1 for each in terms],
    f"{alpha:g} J2": [each.likelihood * alpha for each in terms],
    f"{beta:g} J3": [each.invariance * beta for each in terms],
}

bars = [go.Bar(name=name, x=["before", "after"], y=row) for name, row in rows.items()]
figure = go.Figure(bars)
figure.update_layout(title="The losses of 100 pairs", barmode="stack", yaxis_title="loss")
figure
