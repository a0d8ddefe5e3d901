"""MobileNetV2 with one thing changed, trained alike from several seeds: minutes on a CPU."""

from cnnviz.figures.seeds import seeds_figure
from cnnviz.training.fit import fit
from cnnviz.training.mobilenet_v2_ablations import specs
from cnnviz.training.task import in_one_go

question = "linear"  # page: ablation
data = "digits"  # page: ablation_data
seeds = 3  # page: ablation_seeds

accuracy = {}
for label, spec in specs(question, data, seeds).items():
    for progress in fit(spec):
        result = progress.result
    # The page's runs are measured as they are stored, their weights rounded to 16 bits.
    tested = in_one_go(result.task.test(result.model))
    network = label.rpartition("-")[0]
    accuracy.setdefault(network, []).append(tested.metrics["accuracy"])

results = [
    (network, values, [f"seed {seed}" for seed in range(seeds)])
    for network, values in accuracy.items()
]
words = {
    "mean": "mean",
    "deviation": "standard deviation",
    "accuracy": "accuracy on test images",
}
figure = seeds_figure(results, words)
figure
