"""How terms of a loss are called, from the run that reports them to the plot that draws them."""

#: Before the name of a term that is told without its weight, beside the one that is minimised.
UNWEIGHTED = "unweighted_"
