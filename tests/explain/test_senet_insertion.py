"""What SE adds to networks: the numbers that are shipped are those that are counted."""

import pytest
import torch
from torch import nn

from cnnviz.cost import count
from cnnviz.explain.senet_insertion import (
    NETWORKS,
    count_extended,
    extended,
    shipped,
    weights,
)
from cnnviz.models.se_insertion import insert_se
from cnnviz.models.senet import SENet
from cnnviz.printed.senet import SENET_RATIOS


@pytest.mark.parametrize("key", NETWORKS)
def test_the_file_has_what_is_counted(key: str) -> None:
    assert shipped()[key] == extended(key)


def test_the_file_has_no_other_networks() -> None:
    assert list(shipped()) == list(NETWORKS)


def test_a_network_by_hand() -> None:
    with torch.device("meta"):
        network = SENet(stages=((8, 2, 1), (16, 1, 2)), reduction=0)
    found = count_extended("small", network, (3, 12, 12))
    assert found.sites == ((8, 8 * 144), (8, 8 * 144), (16, 16 * 36))
    assert found.passes == 2 * (8 * 144 + 8 * 144 + 16 * 36)
    assert found.added(4) == 2 * (8 * 2 + 8 * 2 + 16 * 4)
    assert found.added(32) == 2 * (8 + 8 + 16)
    assert found.added(0) == 64 + 64 + 256
    assert found.parameters == sum(p.numel() for p in network.parameters())
    assert found.madds == count(network, (3, 12, 12)).madds


@pytest.mark.parametrize("r", [1, 3, 16, 64])
def test_what_is_added_is_what_the_network_with_se_has_more(r: int) -> None:
    with torch.device("meta"):
        network = SENet(width=0.5, reduction=0)
        found = count_extended("", network, (3, 32, 32))
        with_se = insert_se(network, r=r)
    assert found.added(r) == sum(p.numel() for p in with_se.parameters()) - found.parameters
    assert found.added(r) == count(with_se, (3, 32, 32)).madds - found.madds


def test_a_single_layer_has_half_of_the_weights_at_r_1_and_as_many_at_2() -> None:
    assert weights(64, 0) * 2 == weights(64, 1)
    assert weights(64, 0) == weights(64, 2)
    assert weights(64, 16) == weights(64, 0) // 8


@pytest.mark.parametrize("row", SENET_RATIOS, ids=lambda row: f"r={row.r}")
def test_the_paper_s_table_of_ratios_is_met_within_a_half_percent(row: object) -> None:
    network = shipped()["resnet50"]
    added = network.added(row.r) if row.r else 0  # type: ignore[attr-defined]
    counted = (network.parameters + added) / 1e6
    assert counted == pytest.approx(row.parameters.value, rel=0.005)  # type: ignore[attr-defined]


def test_a_network_without_a_known_block_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        count_extended("", nn.Sequential(nn.Conv2d(3, 8, 3)), (3, 8, 8))
