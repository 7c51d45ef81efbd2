"""What is left of the API's budget, as Prometheus reads it: few labels, whatever comes."""

from prometheus_client import REGISTRY

from app.forges.metrics import MOST_INSTALLATIONS, Budget

SAID = {"x-ratelimit-remaining": "4999", "x-ratelimit-limit": "5000", "x-ratelimit-resource": "core"}


def remaining(installation: str) -> float | None:
    return REGISTRY.get_sample_value("fairlead_api_remaining", {"installation": installation})


def test_each_installation_has_its_own() -> None:
    budget = Budget()
    budget.note(910_001, SAID)
    budget.note(910_002, {**SAID, "x-ratelimit-remaining": "12"})
    assert (remaining("910001"), remaining("910002")) == (4999, 12)
    assert REGISTRY.get_sample_value("fairlead_api_limit", {"installation": "910001"}) == 5000


def test_what_is_said_of_other_budgets_or_not_at_all_changes_nothing() -> None:
    budget = Budget()
    for said in (
        {},
        {**SAID, "x-ratelimit-resource": "graphql"},
        {**SAID, "x-ratelimit-remaining": "-1"},
        {**SAID, "x-ratelimit-limit": ""},
    ):
        budget.note(910_003, said)
    assert remaining("910003") is None


def test_installations_beyond_the_first_hundred_share_a_label() -> None:
    budget = Budget()
    for installation in range(920_000, 920_000 + MOST_INSTALLATIONS):
        budget.note(installation, SAID)
    budget.note(999_999, {**SAID, "x-ratelimit-remaining": "3"})
    assert remaining("999999") is None
    assert remaining("other") == 3
    budget.note(920_000, {**SAID, "x-ratelimit-remaining": "2"})
    assert remaining("920000") == 2
