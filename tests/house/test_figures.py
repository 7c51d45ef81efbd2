"""What is documented of the figures is what there is, and the example alerts ask for figures and labels that exist."""

import re
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase

import app.forges.metrics
import app.runs.metrics
import app.web.metrics

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `(fairlead_\w+)`(?: \*)? \| (\w+) \|\s*([^|]*?)\s*\| (.*) \|$", re.MULTILINE)
ENDINGS = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


def figures() -> dict[str, tuple[str, tuple[str, ...], str]]:
    """Each figure by its name: kind, labels, help."""
    found: dict[str, tuple[str, tuple[str, ...], str]] = {}
    modules: tuple[ModuleType, ...] = (app.forges.metrics, app.runs.metrics, app.web.metrics)
    for module in modules:
        for one in vars(module).values():
            if isinstance(one, MetricWrapperBase):
                assert isinstance(one, Counter | Gauge | Histogram)
                name = one._name + ("_total" if isinstance(one, Counter) else "")
                found[name] = (one._type, tuple(one._labelnames), one._documentation)
    return found


def test_the_page_lists_every_figure_as_it_is() -> None:
    page = (ROOT / "docs/reference/metrics.md").read_text("utf-8")
    told = {name: (kind, tuple(re.findall(r"`(\w+)`", labels)), text.strip()) for name, kind, labels, text in ROW.findall(page)}
    assert told == figures()


def test_no_figure_is_made_elsewhere() -> None:
    """A metric that is in no table would be missing in the page."""
    made = re.compile(r"\b(?:Counter|Gauge|Histogram|Summary)\(\s*\"fairlead_")
    elsewhere = [
        str(path) for path in (ROOT / "app").rglob("*.py") if path.name != "metrics.py" and made.search(path.read_text("utf-8"))
    ]
    assert elsewhere == []


ALERTS = [
    rule
    for group in yaml.safe_load((ROOT / "deploy/prometheus/alerts.yaml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_figures_that_exist(rule: dict[str, str]) -> None:
    known = figures()
    series = {name.removesuffix("_total") + end: of[1] for name, of in known.items() for end in ENDINGS[of[0]]}
    asked = re.findall(r"(fairlead_\w+)(?:\{([^}]*)\})?", rule["expr"])
    assert asked
    for name, labels in asked:
        assert name in series, name
        assert set(re.findall(r"(\w+)\s*=~?", labels)) <= set(series[name])
    for by in re.findall(r"by \(([^)]*)\)", rule["expr"]):
        assert {word.strip() for word in by.split(",")} - {"le"} <= {label for name, _ in asked for label in series[name]}


def test_every_alert_has_its_advice() -> None:
    guide = (ROOT / "docs/how-to/watch-it-run.md").read_text("utf-8")
    assert [rule["alert"] for rule in ALERTS if f"`{rule['alert']}`" not in guide] == []
