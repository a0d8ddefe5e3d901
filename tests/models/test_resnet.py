"""ResNet's bottlenecks against torchvision's."""

import torch
from torchvision.models import resnet50

from cnnviz.models.resnet import SMALL, ResNet
from tests.models.theirs import give_weights


def test_with_torchvision_s_weights_it_gives_torchvision_s_output() -> None:
    torch.manual_seed(0)
    theirs, ours = resnet50(weights=None).eval(), ResNet().eval()
    give_weights(theirs, ours)
    assert sum(p.numel() for p in ours.parameters()) == 25_557_032
    x = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        found, wanted = ours(x), theirs(x)
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-4 * float(wanted.abs().max()))


def test_for_small_pictures_the_stem_keeps_their_size() -> None:
    with torch.device("meta"):
        model = ResNet(**SMALL)
    assert model(torch.empty(2, 3, 32, 32, device="meta")).shape == (2, 10)
    assert model.stem_pool(model.stem(torch.empty(1, 3, 32, 32, device="meta"))).shape[2:] == (
        32, 32,
    )  # fmt: skip
