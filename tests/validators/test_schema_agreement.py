"""Fields that must agree with each other, found where people mend them."""

import pytest
from manifest_stage import found_in, only_one

DEPLOYMENT = """\
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          volumes:
            - name: cache
              emptyDir: {}
          containers:
            - name: web
              image: web:1.2
"""
SERVICE = """\
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
"""


def container(*lines: str) -> str:
    return DEPLOYMENT + "".join(f"              {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            ["volumeMounts:", "  - mountPath: /cache", "    name: cahce  # <- schema/unknown-name"],
            (
                "`spec.template.spec.containers[0].volumeMounts[0].name` is `cahce`, and the pod has no volume of this name; "
                "did you mean `cache`?"
            ),
        ),
        (
            ["resources:", "  requests:", "    memory: 1Gi  # <- schema/bounds", "  limits: {memory: 512Mi, cpu: 1}"],
            (
                "`spec.template.spec.containers[0].resources.requests.memory` is `1Gi`, and the limit is `512Mi`: "
                "no request may be above its limit."
            ),
        ),
        (
            [
                "env:",
                "  - name: A  # <- schema/exclusive-fields",
                "    value: b",
                "    valueFrom: {fieldRef: {fieldPath: spec.nodeName}}",
            ],
            "`spec.template.spec.containers[0].env[0]` has both `value` and `valueFrom`; a variable has one of them.",
        ),
        (
            ["livenessProbe:  # <- schema/needed-field", "  periodSeconds: 5"],
            "`spec.template.spec.containers[0].livenessProbe` needs something to do: `exec`, `httpGet`, `tcpSocket` or `grpc`.",
        ),
        (
            ["startupProbe:  # <- schema/exclusive-fields", "  exec: {command: [a]}", "  tcpSocket: {port: 80}"],
            "`spec.template.spec.containers[0].startupProbe` has `exec` and `tcpSocket`, and may have one of them.",
        ),
        (
            ["lifecycle:", "  preStop:  # <- schema/exclusive-fields", "    exec: {command: [a]}", "    sleep: {seconds: 5}"],
            "`spec.template.spec.containers[0].lifecycle.preStop` has `exec` and `sleep`, and may have one of them.",
        ),
        (
            ["securityContext:", "  privileged: true", "  allowPrivilegeEscalation: false  # <- schema/exclusive-fields"],
            (
                "`spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation` can't be false in a container "
                "that is `privileged`."
            ),
        ),
        (
            [
                "ports:",
                "  - {name: http, containerPort: 80}",
                "  - {name: http, containerPort: 81}  # <- schema/duplicate-name",
            ],
            (
                "`spec.template.spec.containers[0].ports[1].name` is `http`, as another one is already: "
                "ports of a container have names of their own."
            ),
        ),
    ],
)
def test_what_contradicts_itself_in_a_container(lines: list[str], message: str) -> None:
    assert only_one(container(*lines)).message == message


def test_a_mount_is_corrected_where_it_is_certain() -> None:
    problem = only_one(container("volumeMounts:", "  - mountPath: /cache", "    name: cahce  # <- schema/unknown-name"))
    assert problem.suggestion is not None
    assert problem.suggestion.text.startswith("              name: cache ")


@pytest.mark.parametrize(
    "lines",
    [
        ["volumeMounts: [{name: cache, mountPath: /cache}, {name: cache, mountPath: /tmp}]"],
        ["resources: {requests: {memory: 1Gi, cpu: 1}, limits: {memory: 1024Mi}}"],
        ['env: [{name: A, value: "", valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]'],
        ["livenessProbe: {httpGet: {port: 80}, exec: null}"],
        ["ports: [{containerPort: 80}, {containerPort: 81}]"],
        ["securityContext: {privileged: true}"],
    ],
)
def test_what_agrees_passes(lines: list[str]) -> None:
    assert found_in(container(*lines)) == []


def test_two_containers_of_one_name_and_a_volume_of_two_kinds() -> None:
    found_in(container() + "            - image: web:1.3\n              name: web  # <- schema/duplicate-name\n")
    twofold = DEPLOYMENT.replace(
        "- name: cache\n", "- name: cache  # <- schema/exclusive-fields\n              hostPath: {path: /srv}\n"
    )
    assert "has `hostPath` and `emptyDir`" in only_one(twofold).message


def test_claims_of_a_stateful_set_are_volumes() -> None:
    text = """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db}
        spec:
          serviceName: db
          selector: {matchLabels: {app: db}}
          template:
            metadata: {labels: {app: db}}
            spec: {containers: [{name: db, image: db:1, volumeMounts: [{name: data, mountPath: /data}]}]}
          volumeClaimTemplates:
            - metadata: {name: data}
              spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        """
    assert found_in(text) == []
    only_one(text.replace("{name: data, mountPath: /data}]}]}", "{name: logs, mountPath: /log}]}]}  # <- schema/unknown-name"))


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        (
            "matchLabels: {app: wbe}  # <- schema/selector",
            "wants the label `app` to be `wbe`, and in `spec.template` it is `web`",
        ),
        (
            "matchLabels: {tier: a}  # <- schema/selector",
            "wants the label `tier` to be `a`, and in `spec.template` it is not there",
        ),
        ("matchExpressions: [{key: app, operator: In, values: [a]}]  # <- schema/selector", "wants `app` In"),
        ("matchExpressions: [{key: app, operator: DoesNotExist}]  # <- schema/selector", "wants `app` DoesNotExist"),
    ],
)
def test_a_workload_selects_its_own_pods(selector: str, words: str) -> None:
    assert words in only_one(DEPLOYMENT.replace("matchLabels: {app: web}", selector)).message


@pytest.mark.parametrize(
    "expression",
    ["{key: app, operator: In, values: [web, b]}", "{key: app, operator: Exists}", "{key: b, operator: NotIn, values: [a]}"],
)
def test_expressions_that_the_pods_meet_pass(expression: str) -> None:
    assert found_in(DEPLOYMENT.replace("matchLabels: {app: web}", f"matchExpressions: [{expression}]")) == []


def test_an_empty_selector_is_refused() -> None:
    text = DEPLOYMENT.replace("selector:\n        matchLabels: {app: web}", "selector: {}  # <- schema/selector")
    assert "which would be all pods" in only_one(text).message


@pytest.mark.parametrize(
    "lines",
    [
        "      ports:\n        - port: 80  # <- schema/needed-field\n        - {port: 81, name: b}\n",
        "      ports:\n        - {port: 80, name: a}\n        - {port: 81, name: a}  # <- schema/duplicate-name\n",
        "      ports:\n        - {port: 80, name: a}\n        - {port: 80, name: b}  # <- schema/duplicate-name\n",
    ],
)
def test_ports_of_a_service_are_told_apart(lines: str) -> None:
    only_one(SERVICE + lines)


def test_a_service_leads_somewhere() -> None:
    marked = SERVICE.replace("spec:", "spec:  # <- schema/needed-field")
    assert "`spec.ports` is missing" in only_one(marked + "      selector: {app: web}\n").message
    assert "`spec.externalName` is missing" in only_one(marked + "      type: ExternalName\n").message
    assert found_in(SERVICE + "      clusterIP: None\n      selector: {app: web}\n") == []
    assert found_in(SERVICE + "      type: ExternalName\n      externalName: shop.example.com\n") == []
    assert found_in(SERVICE + "      ports: [{port: 53, name: a}, {port: 53, name: b, protocol: UDP}]\n") == []


@pytest.mark.parametrize("cidr", ["10.0.0.0/33", "10.0.0.0", "internal", "10.0.0/24"])
def test_an_address_range_is_one(cidr: str) -> None:
    only_one(
        f"""
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {{name: a}}
        spec:
          podSelector: {{}}
          egress:
            - to:
                - ipBlock:
                    cidr: {cidr}  # <- schema/malformed-value
        """
    )


@pytest.mark.parametrize("cidr", ["10.0.0.0/8", "10.0.0.1/8", "010.0.0.0/8", "2001:db8::/32", "0.0.0.0/0"])
def test_sound_address_ranges_pass(cidr: str) -> None:
    text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: '%s'}}]}]}\n"
    assert found_in(text % cidr) == []


def test_bounds_of_an_autoscaler_and_of_a_budget() -> None:
    only_one(
        """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: web}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          minReplicas: 5
          maxReplicas: 3  # <- schema/bounds
        """
    )
    only_one(
        """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: web}
        spec:
          minAvailable: 1
          maxUnavailable: 1  # <- schema/exclusive-fields
        """
    )


def test_strategies_that_can_not_be() -> None:
    spec = "spec:\n      selector"
    only_one(
        DEPLOYMENT.replace(
            spec,
            "spec:\n      strategy:\n        type: Recreate\n        rollingUpdate: {maxSurge: 1}  # <- schema/exclusive-fields\n      selector",
        )
    )
    only_one(
        DEPLOYMENT.replace(
            spec,
            "spec:\n      strategy:\n        rollingUpdate: {maxSurge: 0, maxUnavailable: 0%}  # <- schema/bounds\n      selector",
        )
    )
    assert (
        found_in(
            DEPLOYMENT.replace(spec, "spec:\n      strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}\n      selector")
        )
        == []
    )


@pytest.mark.parametrize(
    ("kind", "data", "missing"),
    [
        ("kubernetes.io/tls", "tls.crt: YQ==", "tls.key"),
        ("kubernetes.io/dockerconfigjson", "config: YQ==", ".dockerconfigjson"),
        ("kubernetes.io/basic-auth", "user: YQ==", "username"),
        ("kubernetes.io/ssh-auth", "key: YQ==", "ssh-privatekey"),
    ],
)
def test_a_secret_has_what_its_type_asks_for(kind: str, data: str, missing: str) -> None:
    text = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\ntype: {kind}\ndata:  # <- schema/needed-field\n  {data}\n"
    assert f"{missing}" in only_one(text).message


def test_plain_text_of_a_secret_counts_as_data() -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/tls\ndata: {tls.crt: YQ==}\nstringData: {tls.key: b}\n"
    assert found_in(text) == []


def test_the_token_of_an_account_names_it() -> None:
    only_one(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}  # <- schema/needed-field\ntype: kubernetes.io/service-account-token\n"
    )


@pytest.mark.parametrize(
    "spec",
    [
        "{resources: {requests: {storage: 1Gi}}}",
        "{accessModes: [ReadWriteOnce]}",
        "{accessModes: [ReadWriteOnce], resources: {requests: {cpu: 1}}}",
    ],
)
def test_a_claim_says_how_and_how_much(spec: str) -> None:
    only_one(f"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: a}}\nspec: {spec}  # <- schema/needed-field\n")


PATHS = "http: {paths: [{path: %s, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}}}]}"


@pytest.mark.parametrize(
    "lines",
    [
        f"- host: Shop_1.example.com  # <- schema/name\n      {PATHS % '/'}",
        f"- {PATHS % 'shop'}  # <- schema/malformed-value",
    ],
)
def test_hosts_and_paths_of_an_ingress(lines: str) -> None:
    only_one(f"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: a}}\nspec:\n  rules:\n    {lines}\n")


@pytest.mark.parametrize("host", ["shop.example.com", '"*.example.com"', '""'])
def test_sound_hosts_pass(host: str) -> None:
    paths = "http: {paths: [{pathType: ImplementationSpecific, backend: {service: {name: a, port: {number: 80}}}}]}"
    assert (
        found_in(
            f"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: a}}\nspec: {{rules: [{{host: {host}, {paths}}}]}}\n"
        )
        == []
    )


def test_a_rule_of_a_role_has_a_verb() -> None:
    only_one(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules:\n  - apiGroups: [a]\n    resources: [b]\n    verbs: []  # <- schema/needed-field\n"
    )


def test_an_image_has_no_blanks_around_it() -> None:
    only_one(DEPLOYMENT.replace("image: web:1.2", 'image: "web:1.2 "  # <- schema/malformed-value'))


def test_a_scalar_on_the_next_line_is_found_there() -> None:
    problem = only_one(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  LOG_LEVEL:info  # <- schema/wrong-type\n"
    )
    assert problem.message == "`data` should be a mapping, found a string; a blank is missing after the `:`."
