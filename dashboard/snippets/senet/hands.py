"""What the network says of a photo with other gates than its own."""

import plotly.graph_objects as go
import torch

from cnnviz import checkpoints
from cnnviz.data import photos
from cnnviz.explain import senet_classes
from cnnviz.explain.senet import look, stages
from cnnviz.explain.senet_hands import Hand, answer, begin, by_hand, gates_of, instead, ranks
from cnnviz.training.batches import Scaling

photo = "chelsea"  # page: photo
image = 0  # page: image
other = "motorcycle"  # page: other
gates = "learned"  # page: instead
where = "block"  # page: gates_in
block = 6  # page: hands_block
first = 1  # page: from
many = 1  # page: many
# Fiftieths of 1; -1 leaves the gates as they are.
gate = -1  # page: gate

model, card = checkpoints.load("senet")
scaling, size = Scaling.from_card(card.preprocessing), card.preprocessing["size"]
x, x_other = (
    scaling(torch.tensor(photos.square(pixels, size))[None])
    for pixels in (photos.find(photo, image), photos.find(other))
)
at = block - 1
stage = next(each for each in stages(model) if at in each)
changed = {}
if gates != "learned":
    blocks = {"block": (at,), "stage": stage, "all": range(len(model.blocks))}[where]
    mean = senet_classes.known(checkpoints.digest_of("senet")).means
    others = mean if gates == "mean" else gates_of(model, x_other)
    changed = instead(model, blocks, gates, others)
if gate >= 0:
    channels = ranks(gates_of(model, x)[at], first - 1, many)
    changed = by_hand(changed, at, Hand(channels, gate / 50))
own = look(model, x, at, most=1).probabilities
now = answer(model, begin(model, x, 0), changed, at, shown=[]).probabilities

figure = go.Figure([
    go.Bar(x=card.class_names, y=100 * now, name="with these gates"),
    go.Bar(x=card.class_names, y=100 * own, name="with its own"),
])  # fmt: skip
figure.update_layout(xaxis_title="class", yaxis_title="probability (%)")
figure
