"""Pure statistics of pass rates and of two runs of one suite: intervals, tests, sizes of suites.

Probes of one knowledge item depend on each other, so items are the independent units. Every function that takes several
probes takes their items, too. Pure Python, deterministic, no I/O. May import no other room.
"""

from pytest_finetunebench.runs.statistics.agreement import cohen_kappa
from pytest_finetunebench.runs.statistics.clusters import Clusters, gather_runs
from pytest_finetunebench.runs.statistics.intervals import (
    Z_95,
    Difference,
    clustered_interval,
    difference_of,
    gap_interval,
    paired_difference,
    wilson_interval,
)
from pytest_finetunebench.runs.statistics.permutation import (
    Alternative,
    PermutationTest,
    PermutationTests,
    clustered_permutation_test,
    clustered_permutation_tests,
    differences_of,
    item_differences,
)
from pytest_finetunebench.runs.statistics.power import item_variance, least_drop, needed_items, variance_of
from pytest_finetunebench.runs.statistics.sequential import SumTest
from pytest_finetunebench.runs.statistics.significance import holm, mcnemar_exact
from pytest_finetunebench.runs.statistics.step_down import step_down

__all__ = [
    "Z_95",
    "Alternative",
    "Clusters",
    "Difference",
    "PermutationTest",
    "PermutationTests",
    "SumTest",
    "clustered_interval",
    "clustered_permutation_test",
    "clustered_permutation_tests",
    "cohen_kappa",
    "difference_of",
    "differences_of",
    "gap_interval",
    "gather_runs",
    "holm",
    "item_differences",
    "item_variance",
    "least_drop",
    "mcnemar_exact",
    "needed_items",
    "paired_difference",
    "step_down",
    "variance_of",
    "wilson_interval",
]
