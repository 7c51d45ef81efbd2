"""What the API server wants of workloads and the published schemas do not ask for."""

import pytest
from manifest_stage import found_in, only_one

TEMPLATE = """\
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
            - name: web
              image: web:1.2
"""
DEPLOYMENT = (
    """\
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
"""
    + TEMPLATE
)


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        (
            DEPLOYMENT.replace(TEMPLATE, "      template:  # <- schema/needed-field\n"),
            "`spec.template` should be set, found nothing (null).",
        ),
        (
            DEPLOYMENT.replace("            - name: web\n              image", "            - image").replace(
                "- image: web:1.2", "- name: web  # <- schema/needed-field"
            ),
            "`spec.template.spec.containers[0].image` is missing; it is required.",
        ),
        (
            DEPLOYMENT[: DEPLOYMENT.index("    spec:")].replace("v1\n", "v1  # <- schema/needed-field\n"),
            "`spec` is missing; it is required.",
        ),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: []  # <- schema/needed-field\n",
            "`spec.containers` should be a list with at least one item, found a list.",
        ),
    ],
)
def test_what_the_api_server_needs_is_asked_for(marked: str, message: str) -> None:
    assert only_one(marked).message == message


def test_a_version_of_a_crd_needs_a_schema() -> None:
    only_one(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: queues.shop.example.com}
        spec:
          group: shop.example.com
          scope: Namespaced
          names: {kind: Queue, plural: queues}
          versions:
            - name: v1  # <- schema/needed-field
              served: true
              storage: true
        """
    )


def test_an_empty_pod_selector_of_a_network_policy_means_all_pods() -> None:
    text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec:\n  podSelector:\n  policyTypes: [Egress]\n"
    assert found_in(text) == []


@pytest.mark.parametrize("share", ["25 percent", "25", "-1%", "a quarter"])
def test_a_share_of_pods_is_a_percentage(share: str) -> None:
    strategy = f"      strategy: {{rollingUpdate: {{maxSurge: '{share}'}}}}  # <- schema/number-range\n"
    only_one(DEPLOYMENT.replace("      template:\n", f"{strategy}      template:\n"))


@pytest.mark.parametrize("share", ["25%", "0", "1", "150%"])
def test_sound_shares_pass(share: str) -> None:
    strategy = f"      strategy: {{rollingUpdate: {{maxUnavailable: {share}}}}}\n"
    assert found_in(DEPLOYMENT.replace("      template:\n", f"{strategy}      template:\n")) == []


def test_pods_of_a_deployment_always_start_again() -> None:
    problem = only_one(DEPLOYMENT + "          restartPolicy: OnFailure  # <- schema/not-allowed-value\n")
    assert problem.message.startswith("`spec.template.spec.restartPolicy` should be `Always`, found")
    assert found_in(DEPLOYMENT + "          restartPolicy: Always\n") == []


def test_pods_of_a_job_say_that_they_end() -> None:
    job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  template:\n    spec:%s\n      containers: [{name: a, image: b:1}]\n"
    problem = only_one(job % "  # <- schema/not-allowed-value")
    assert problem.message == "`spec.template.spec.restartPolicy` is missing; it is required."
    problem = only_one(job % "\n      restartPolicy: Always  # <- schema/not-allowed-value")
    assert "should be `OnFailure` or `Never`" in problem.message
    assert found_in(job % "\n      restartPolicy: OnFailure") == []
