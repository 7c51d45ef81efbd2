"""What people read when an object departs from its schema: the line, the words, the correction."""

import pytest
from manifest_stage import found_in, look_at, only_one

DEPLOYMENT = """\
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
            - name: web
              image: web:1.2
"""
SERVICE = """\
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      ports:
"""
CONFIG_MAP = """\
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: web
"""


def test_a_misspelt_field_is_found_at_its_name_and_corrected() -> None:
    problem = only_one(
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db}
        spec:
          serviceName: db
          replcas: 2  # <- schema/unknown-field
          selector: {matchLabels: {app: db}}
          template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: db:1}]}}
        """
    )
    assert problem.message == "`spec.replcas` is not a field of `spec`; did you mean `replicas`?"
    assert problem.suggestion is not None
    assert problem.suggestion.text.startswith("  replicas: 2")
    assert problem.resource is not None
    assert str(problem.resource) == "StatefulSet/db"
    assert problem.help_url == "https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.31/#statefulsetspec-v1-apps"


def test_a_field_that_resembles_nothing_comes_with_the_fields_there_are() -> None:
    problem = only_one(CONFIG_MAP + "    weight: 5  # <- schema/unknown-field\n")
    assert "ConfigMap has `apiVersion`, `binaryData`, `data`, `immutable`" in problem.message
    assert problem.suggestion is None


def test_a_field_that_stands_too_deep_is_told_where_it_belongs() -> None:
    text = DEPLOYMENT + "              securityContext:\n                ports: []  # <- schema/unknown-field\n"
    assert only_one(text).message == (
        "`spec.template.spec.containers[0].securityContext.ports` is not a field of "
        "`spec.template.spec.containers[0].securityContext`; it is one of `spec.template.spec.containers[0]`, "
        "so check the indentation."
    )
    text = DEPLOYMENT.replace("      template:", "        replicas: 3  # <- schema/unknown-field\n      template:")
    assert "it is one of `spec`" in only_one(text.replace("matchLabels: {app: web}", "matchLabels: {app: web}")).message


def test_no_correction_where_the_right_field_is_there_already() -> None:
    text = DEPLOYMENT + "              Image: web:1.3  # <- schema/unknown-field\n"
    assert only_one(text).suggestion is None


def test_what_is_missing_is_found_in_the_object_that_lacks_it() -> None:
    problem = only_one(
        DEPLOYMENT.replace("      selector:\n        matchLabels: {app: web}\n", "").replace(
            "spec:\n      t", "spec:  # <- schema/missing-field\n      t"
        )
    )
    assert problem.message == "`spec.selector` is missing; it is required."
    assert (problem.location.line, problem.location.end_line) == (5, 12)


def test_the_same_defect_keeps_its_name_when_a_container_is_put_before() -> None:
    broken = DEPLOYMENT + "              imagePullPolicy: 5  # <- schema/wrong-type\n"
    before = broken.replace("containers:\n", "containers:\n            - {name: first, image: first:1}\n")
    assert only_one(broken).about == only_one(before).about == "spec.template.spec.containers[web].imagePullPolicy"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("value: 8080", "should be a string, found a number; put it in quotes"),
        ("value: yes", "should be a string, found a boolean; put it in quotes"),
        ("value: [a]", "should be a string, found a list"),
    ],
)
def test_a_value_of_the_wrong_type_is_not_shown_where_it_may_be_secret(line: str, words: str) -> None:
    text = DEPLOYMENT + f"              env:\n                - name: PORT\n                  {line}  # <- schema/wrong-type\n"
    problem = only_one(text)
    assert words in problem.message
    assert problem.suggestion is None


def test_a_secret_value_stands_in_no_word_of_a_finding() -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  password: 4711471147\n  b: true\ndata:\n  k: 'hunter2!'\n"
    problems = look_at({"secret.yaml": text}).problems
    assert len(problems) == 3
    assert not any(secret in repr(problem) for secret in ("4711471147", "hunter2") for problem in problems)


def test_an_annotation_that_is_no_text_gets_its_quotes() -> None:
    problem = only_one(CONFIG_MAP + "      annotations:\n        prometheus.io/scrape: true  # <- schema/wrong-type\n")
    assert problem.message == (
        '`metadata.annotations["prometheus.io/scrape"]` should be a string, found the boolean `true`; put it in quotes.'
    )
    assert problem.suggestion is not None
    assert problem.suggestion.text == '    prometheus.io/scrape: "true"  # <- schema/wrong-type'


def test_an_int_or_string_says_so_once() -> None:
    problem = only_one(SERVICE + "        - port: 80\n          targetPort: 80.5  # <- schema/wrong-type\n")
    assert problem.message == "`spec.ports[0].targetPort` should be an integer or a string, found the number `80.5`."


def test_a_defect_within_an_anchor_is_told_once_and_there() -> None:
    problem = only_one(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: pair}
        spec:
          containers:
            - name: first
              image: web:1
              securityContext: &locked
                privilegd: true  # <- schema/unknown-field
            - name: second
              image: web:1
              securityContext: *locked
        """
    )
    assert "did you mean `privileged`?" in problem.message


def test_a_field_that_an_anchor_lacks_is_told_once() -> None:
    found_in(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: pair}
        spec:
          containers:
            - name: first
              image: web:1
              env: &env
                - value: a  # <- schema/missing-field
            - name: second
              image: web:1
              env: *env
        """
    )


def test_items_of_a_list_are_objects_of_their_own() -> None:
    problem = only_one(
        """
        apiVersion: v1
        kind: List
        items:
          - apiVersion: v1
            kind: ConfigMap
            metadata: {name: one}
          - apiVersion: v1
            kind: ConfigMap
            metadata: {name: two}
            data:
              B: 2  # <- schema/wrong-type
        """
    )
    assert problem.resource is not None
    assert problem.resource.name == "two"


@pytest.mark.parametrize("items", ["{a: b}", "null"])
def test_a_list_that_holds_no_list_is_not_passed_over(items: str) -> None:
    found_in(f"apiVersion: v1\nkind: List\nitems: {items}  # <- schema/incomplete-object\n")


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("- containerPort: 80800", "schema/port"),
        ("- containerPort: 0", "schema/port"),
        ("- {containerPort: 80, hostPort: 70000}", "schema/port"),
        ("- {containerPort: 80, protocol: HTTP}", "schema/not-allowed-value"),
        ("- {containerPort: 80, name: a-name-that-is-too-long}", "schema/name"),
        ("- {containerPort: 80, name: HTTP}", "schema/name"),
    ],
)
def test_ports_of_containers_are_those_that_there_are(line: str, rule: str) -> None:
    found_in(DEPLOYMENT + f"              ports:\n                {line}  # <- {rule}\n")


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("- port: 0", "schema/port"),
        ("- {port: 80, nodePort: 80}", "schema/port"),
        ("- {port: 80, targetPort: 70000}", "schema/port"),
        ('- {port: 80, targetPort: "8080"}', "schema/port"),
    ],
)
def test_ports_of_services_are_those_that_there_are(line: str, rule: str) -> None:
    found_in(SERVICE + f"        {line}  # <- {rule}\n")


@pytest.mark.parametrize(
    "line", ["- {port: 80, targetPort: http}", "- {port: 65535, nodePort: 30000}", "- {port: 1, targetPort: h2-c}"]
)
def test_sound_ports_pass(line: str) -> None:
    assert found_in(SERVICE + f"        {line}\n") == []


@pytest.mark.parametrize("quantity", ["128MB", "lots", '""', "1 Gi", "100mi", "1.5.2"])
def test_quantities_are_read_as_the_api_server_does(quantity: str) -> None:
    found_in(
        DEPLOYMENT
        + f"              resources:\n                requests:\n                  memory: {quantity}  # <- schema/quantity\n"
    )


@pytest.mark.parametrize("quantity", ["128Mi", "1.5", "2", '"100m"', "1e3", "1Ei", "0.5Gi", "129e6", "12E"])
def test_sound_quantities_pass(quantity: str) -> None:
    assert found_in(DEPLOYMENT + f"              resources: {{requests: {{memory: {quantity}}}}}\n") == []


def test_words_of_enumerations_are_known() -> None:
    problem = only_one(DEPLOYMENT + "              imagePullPolicy: IfNotPresnt  # <- schema/not-allowed-value\n")
    assert problem.message == (
        "`spec.template.spec.containers[0].imagePullPolicy` should be `Always`, `IfNotPresent` or `Never`, "
        'found the string `"IfNotPresnt"`; did you mean `IfNotPresent`?'
    )
    assert problem.suggestion is not None
    assert problem.suggestion.text.startswith("          imagePullPolicy: IfNotPresent ")


def test_words_within_lists_are_known() -> None:
    found_in(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data}
        spec:
          accessModes:
            - ReadWriteOften  # <- schema/not-allowed-value
          resources: {requests: {storage: 1Gi}}
        """
    )


@pytest.mark.parametrize(
    ("metadata", "rule"),
    [
        ("name: Web_Shop", "schema/name"),
        ("name: web.shop-", "schema/name"),
        ("{name: web, namespace: a.b}", "schema/name"),
        ("{name: web, labels: {app: 'a b'}}", "schema/label"),
        ("{name: web, labels: {'-x': z}}", "schema/label"),
        ("{name: web, labels: {app: " + "x" * 64 + "}}", "schema/label"),
        ("{name: web, annotations: {'a b': c}}", "schema/annotation"),
    ],
)
def test_names_labels_and_annotations_have_their_syntax(metadata: str, rule: str) -> None:
    block = metadata if metadata.startswith("{") else f"{{{metadata}}}"
    found_in(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {block}  # <- {rule}\n")


@pytest.mark.parametrize("kind", ["Role", "ClusterRole"])
def test_roles_may_have_colons_in_their_names(kind: str) -> None:
    text = f"apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata: {{name: 'system:shop'}}\nrules: []\n"
    assert found_in(text) == []


def test_an_object_needs_a_name_or_the_begin_of_one() -> None:
    found_in("apiVersion: v1\nkind: ConfigMap\nmetadata: {labels: {a: b}}  # <- schema/missing-name\n")
    found_in("apiVersion: v1  # <- schema/missing-name\nkind: ConfigMap\n")
    assert (
        found_in(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: a-}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}\n"
        )
        == []
    )


def test_data_of_a_secret_is_base64() -> None:
    found_in("apiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata:\n  a: aGVsbG8=\n  b: plain text  # <- schema/base64\n")


def test_numbers_keep_within_their_field() -> None:
    found_in(DEPLOYMENT.replace("    spec:\n      s", "    spec:\n      replicas: -1  # <- schema/number-range\n      s"))
    found_in(
        DEPLOYMENT.replace("    spec:\n      s", "    spec:\n      replicas: 3000000000  # <- schema/number-range\n      s")
    )


def test_an_object_without_its_kind_says_so() -> None:
    problem = only_one("apiVersion: v1  # <- schema/incomplete-object\nmetadata: {name: a}\n")
    assert "needs `kind`" in problem.message


def test_two_defects_of_one_object_are_two_problems_in_the_words_of_their_fields() -> None:
    problems = found_in(
        """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: web}
        spec:
          rules:
            - host: shop.example.com
              http:
                paths:
                  - path: /
                    pathType: prefix  # <- schema/not-allowed-value
                    backend:
                      serviceName: web  # <- schema/unknown-field
        """
    )
    assert any("spec.rules[0].http.paths[0].backend.serviceName" in problem.message for problem in problems)


def test_a_line_break_of_windows_stays_in_the_file_of_a_suggestion() -> None:
    text = "apiVersion: v1\r\nkind: ConfigMap\r\nmetadata: {name: a}\r\ndatta: {}\r\n"
    (problem,) = look_at({"web.yaml": text}).problems
    assert problem.suggestion is not None
    assert problem.suggestion.text == "data: {}"


PVC = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [FROM_OVERLAY]
  resources: {requests: {storage: FROM_OVERLAY}}
"""
BASE = "resources: [claim.yaml]\n"


def test_what_stands_in_a_base_to_be_patched_is_left_to_the_overlays() -> None:
    files = {"base/kustomization.yaml": BASE, "base/claim.yaml": PVC, "prod/kustomization.yaml": "resources: [../base]\n"}
    look = look_at(files, "base/claim.yaml")
    assert look.problems == ()
    (note,) = look.coverage.not_checked
    assert note.what == "PersistentVolumeClaim in base/claim.yaml"
    assert "wait for an overlay" in note.why


def test_a_placeholder_that_nothing_fills_in_is_an_error() -> None:
    files = {"base/kustomization.yaml": BASE, "base/claim.yaml": PVC}
    assert {problem.rule for problem in look_at(files, "base/claim.yaml").problems} == {
        "schema/not-allowed-value",
        "schema/quantity",
    }


def test_another_wrong_value_in_a_base_is_an_error() -> None:
    wrong = PVC.replace("[FROM_OVERLAY]", "[ReadWriteOnc]").replace("FROM_OVERLAY", "10GB")
    files = {"base/kustomization.yaml": BASE, "base/claim.yaml": wrong, "prod/kustomization.yaml": "resources: [../base]\n"}
    assert len(look_at(files, "base/claim.yaml").problems) == 2


def test_a_file_of_another_program_is_no_object() -> None:
    look = look_at({"app.yaml": "apiVersion: 0.3.0\nkind: ksonnet.io/app\nname: shop\n"})
    assert look.problems == ()
    assert look.coverage.not_checked[0].what == "app.yaml"
