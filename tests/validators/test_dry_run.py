"""What a change would do to a cluster by its plain manifests, as a reviewer reads it."""

import base64

import pytest
from memory_changes import ORIGIN, Files, changed

from validators.dry_run import changes
from validators.model import Action, Coverage, NotChecked, ResourceChange

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: web:1
"""
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\ndata: {a: b}\n"


def done(before: Files, after: Files, origin: str | None = ORIGIN) -> list[str]:
    """Each change on a line: `update apps/web Deployment/web in shop`."""
    return [
        f"{each.action} {each.unit} {each.resource}{_namespace(each)}" for each in changes(changed(before, after, origin))[0]
    ]


def _namespace(change: ResourceChange) -> str:
    return f" in {change.resource.namespace}" if change.resource.namespace else ""


def only(before: Files, after: Files) -> ResourceChange:
    ((change,), _) = changes(changed(before, after))
    return change


def unknown(before: Files, after: Files) -> tuple[NotChecked, ...]:
    found, coverage = changes(changed(before, after))
    assert found == ()
    return coverage.not_checked


def test_one_field_is_one_row_with_the_path_that_people_write() -> None:
    change = only({"apps/web/d.yaml": DEPLOYMENT}, {"apps/web/d.yaml": DEPLOYMENT.replace("web:1", "web:2")})
    assert (change.action, change.unit, str(change.resource), change.risks) == (Action.UPDATE, "apps/web", "Deployment/web", ())
    assert [(row.path, row.before, row.after) for row in change.fields] == [
        ("spec.template.spec.containers[web].image", "web:1", "web:2")
    ]


def test_new_and_deleted_files_create_and_delete() -> None:
    assert done({}, {"a/d.yaml": DEPLOYMENT}) == ["create a Deployment/web in shop"]
    assert done({"a/d.yaml": DEPLOYMENT}, {}) == ["delete a Deployment/web in shop"]


def test_a_moved_file_is_no_change_also_when_its_lines_move_to_another_one() -> None:
    assert done({"a/d.yaml": DEPLOYMENT}, {"b/e.yaml": DEPLOYMENT}) == []
    assert done({"a/d.yaml": DEPLOYMENT, "a/c.yaml": CONFIG}, {"a/all.yaml": f"{CONFIG}---\n{DEPLOYMENT}"}) == []


def test_another_name_or_namespace_is_another_object() -> None:
    renamed = DEPLOYMENT.replace("name: web,", "name: shop,")
    assert done({"a/d.yaml": DEPLOYMENT}, {"a/d.yaml": renamed}) == [
        "create a Deployment/shop in shop",
        "delete a Deployment/web in shop",
    ]
    elsewhere = CONFIG.replace("namespace: shop", "namespace: store")
    assert done({"a/d.yaml": CONFIG}, {"a/d.yaml": elsewhere}) == [
        "delete a ConfigMap/a in shop",
        "create a ConfigMap/a in store",
    ]


def test_another_version_of_the_api_is_the_same_object() -> None:
    change = only({"a.yaml": CONFIG.replace("v1", "apps/v1beta1")}, {"a.yaml": CONFIG.replace("v1", "apps/v1")})
    assert (change.action, [row.path for row in change.fields]) == (Action.UPDATE, ["apiVersion"])


def test_order_comments_and_style_are_no_change() -> None:
    after = "# moved\nkind: ConfigMap\ndata:\n  'a': \"b\"\nmetadata:\n  namespace: shop\n  name: a\napiVersion: v1\nstatus: {x: 1}\n"
    assert done({"a.yaml": CONFIG}, {"a.yaml": after}) == []


APPLICATION = f"""apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: web-prod, namespace: argocd}}
spec:
  source: {{repoURL: {ORIGIN}, path: apps/web}}
  destination: {{namespace: shop-prod}}
"""
FLUX = """apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: cart, namespace: flux-system}
spec: {path: ./apps, targetNamespace: shop-dev, sourceRef: {kind: GitRepository, name: flux-system}}
"""


def test_the_application_that_deploys_the_folder_gives_name_and_namespace() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    argo: Files = {"argocd/web.yaml": APPLICATION}
    assert done(argo, {**argo, "apps/web/c.yaml": text}) == ["create web-prod ConfigMap/a in shop-prod"]
    assert done({"c/f.yaml": FLUX}, {"c/f.yaml": FLUX, "apps/x/c.yaml": text}) == ["create cart ConfigMap/a in shop-dev"]
    assert done({}, {"apps/web/c.yaml": text}) == ["create apps/web ConfigMap/a"]


def test_a_folder_that_two_applications_deploy_changes_twice() -> None:
    staging = APPLICATION.replace("web-prod", "web-staging").replace("shop-prod", "shop-staging")
    argo: Files = {"argocd/prod.yaml": APPLICATION, "argocd/staging.yaml": staging}
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    assert done(argo, {**argo, "apps/web/c.yaml": text}) == [
        "create web-prod ConfigMap/a in shop-prod",
        "create web-staging ConfigMap/a in shop-staging",
    ]


def test_what_lives_outside_of_namespaces_gets_none() -> None:
    role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\n"
    argo: Files = {"argocd/web.yaml": APPLICATION}
    assert done(argo, {**argo, "apps/web/r.yaml": role}) == ["create web-prod ClusterRole/r"]


def test_what_has_to_be_rendered_is_no_resource() -> None:
    files: Files = {
        "k/kustomization.yaml": "resources: [a.yaml]\n",
        "k/a.yaml": CONFIG,
        "k/unlisted.yaml": DEPLOYMENT,
        "chart/Chart.yaml": "name: c\n",
        "chart/templates/a.yaml": "kind: {{ .Values.kind }}\n",
        "chart/crds/a.yaml": CONFIG,
        "chart/values.yaml": "apiVersion: v1\nkind: x\n",
        "x.yaml.j2": CONFIG,
        "template.yaml": "kind: {{ kind }}\napiVersion: {{ v }}\n",
        ".github/workflows/test.yaml": "on: push\njobs: {}\n",
        "kind.yaml": "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nname: a\n",
        "list.yaml": "- a\n",
    }
    assert done({}, files) == []


def test_a_file_that_can_not_be_read_at_one_side_is_no_deletion_and_said() -> None:
    broken = "kind: ConfigMap\n\tx: [\n"
    (note,) = unknown({"a.yaml": CONFIG}, {"a.yaml": broken})
    assert note.what == "a.yaml"
    assert "can't be read" in note.why
    assert unknown({"a.yaml": broken}, {"a.yaml": CONFIG})[0].what == "a.yaml"
    assert unknown({}, {"a.yaml": broken})[0].what == "a.yaml"


def test_of_a_file_that_can_be_read_in_part_only_the_rest_is_not_known() -> None:
    other = CONFIG.replace("name: a", "name: b")
    before, after = f"{CONFIG}---\n{other}", f"{CONFIG.replace('a: b', 'a: c')}---\nx: [\n"
    found, coverage = changes(changed({"a.yaml": before}, {"a.yaml": after}))
    assert [(each.action, each.resource.name) for each in found] == [(Action.UPDATE, "a")]
    assert [note.what for note in coverage.not_checked] == ["a.yaml"]


def test_what_moves_into_a_kustomization_or_chart_is_not_known() -> None:
    after: Files = {"k/kustomization.yaml": "resources: [a.yaml]\n", "k/a.yaml": CONFIG + "x: 1\n"}
    assert [note.what for note in unknown({"a.yaml": CONFIG}, after)] == ["ConfigMap/a"]
    assert [note.what for note in unknown(after, {"a.yaml": CONFIG})] == ["ConfigMap/a"]


def test_ignored_files_are_left_out() -> None:
    change = changed({}, {"a.yaml": CONFIG})
    settings = type(change.settings)(ignore=("a.yaml",))
    assert changes(type(change)(change.base, change.result, change.files, settings))[0] == ()


def test_items_of_a_list_are_objects_of_their_own() -> None:
    before = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"
    after = before + "- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n"
    assert done({"x/l.yaml": before}, {"x/l.yaml": after}) == ["create x ConfigMap/b"]


def test_coverage_counts_what_was_compared() -> None:
    _, coverage = changes(changed({"a.yaml": CONFIG}, {"a.yaml": f"{CONFIG}---\n{DEPLOYMENT}", "b.txt": "x"}))
    assert coverage == Coverage(files=1, resources=2)


# ------------------------------------------------------------------ Secrets


def secret(data: str, more: str = "") -> str:
    return f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s{more}}}\n{data}\n"


def encoded(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def test_values_of_secrets_are_fingerprints() -> None:
    change = only(
        {"s.yaml": secret("stringData: {password: hunter2}")}, {"s.yaml": secret("stringData: {password: swordfish}")}
    )
    (row,) = change.fields
    assert row.path == "data.password"
    assert row.before is not None
    assert row.after is not None
    assert row.before != row.after
    assert all(len(text) == 4 and int(text, 16) >= 0 for text in (row.before, row.after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("data: {a: %s}", "data: {a: %s, b: %s}"),
        ("data: {a: %s}", ""),
        ("data: %s", "data: [%s]"),
        ("stringdata: {a: %s}", "stringdata: {a: x%s}"),
        ("Data: {a: %s}", "Data: {a: x%s}"),
        ("data: {a: {b: %s}}", "data: {a: {b: [%s]}}"),
        ("data: {a: 1}", "data: {a: %s}"),
    ],
)
def test_no_shape_of_a_secret_shows_its_values(before: str, after: str) -> None:
    plain = "hunter2hunter2"
    for value in (plain, encoded(plain)):
        texts = [secret(text.replace("%s", value)) for text in (before, after)]
        shown = str(changes(changed({"s.yaml": texts[0]}, {"s.yaml": texts[1]})))
        assert value not in shown
        assert plain not in shown


def test_the_copy_that_kubectl_keeps_is_not_shown_either() -> None:
    note = ', annotations: {kubectl.kubernetes.io/last-applied-configuration: "hunter2"}'
    assert done({"s.yaml": secret("data: {}", note)}, {"s.yaml": secret("data: {}", note.replace("r2", "r3"))}) == []


def test_the_same_value_written_in_another_way_is_no_change() -> None:
    assert done({"s.yaml": secret("stringData: {a: x}")}, {"s.yaml": secret(f"data: {{a: {encoded('x')}}}")}) == []


def test_fingerprints_are_equal_under_one_key_and_tell_nothing_about_other_objects() -> None:
    change = changed({"s.yaml": secret("stringData: {a: x, b: x}")}, {"s.yaml": secret("stringData: {a: y, b: y}")})
    first, again, other = (changes(change, key)[0] for key in (b"k", b"k", b"other"))
    assert first == again
    assert first != other
    assert len({row.before for row in first[0].fields}) == 2


# ------------------------------------------------------------------ dangers

STATEFUL = """apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 20Gi}}}
"""
JOB = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {template: {spec: {containers: [{name: a, image: a:1}]}}}\n"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {clusterIP: 10.0.0.1}\n"
CLAIM = """apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: c}
spec: {storageClassName: slow, resources: {requests: {storage: 10Gi}}}
"""
CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: queues.shop.example.com}
spec: {group: shop.example.com, scope: Namespaced, names: {kind: Queue, plural: queues}}
"""
BINDING = (
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b}\nroleRef: {kind: Role, name: view}\n"
)


@pytest.mark.parametrize(
    ("text", "old", "new", "field"),
    [
        (DEPLOYMENT, "matchLabels: {app: web}", "matchLabels: {app: web, tier: a}", "spec.selector"),
        (DEPLOYMENT.replace("Deployment", "DaemonSet"), "matchLabels: {app: web}", "matchLabels: {app: x}", "spec.selector"),
        (STATEFUL, "20Gi", "50Gi", "spec.volumeClaimTemplates"),
        (STATEFUL, "serviceName: db", "serviceName: db2", "spec.serviceName"),
        (JOB, "a:1", "a:2", "spec.template"),
        (SERVICE, "10.0.0.1", "10.0.0.2", "spec.clusterIP"),
        (CLAIM, "slow", "fast", "spec.storageClassName"),
        (BINDING, "view", "edit", "roleRef"),
        (CONFIG + "immutable: true\n", "a: b", "a: c", "data"),
        (CRD, "Namespaced", "Cluster", "spec.scope"),
    ],
)
def test_an_update_that_the_api_refuses_is_a_replace_with_the_field(text: str, old: str, new: str, field: str) -> None:
    change = only({"x.yaml": text}, {"x.yaml": text.replace(old, new)})
    assert change.action is Action.REPLACE
    assert f"The update will be refused: `{field}` can't change" in change.risks[0]


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (DEPLOYMENT, "replicas: 2", "replicas: 3"),
        (STATEFUL, "20Gi", "20480Mi"),
        (STATEFUL, "spec: {accessModes", "spec: {volumeMode: Filesystem, accessModes"),
        (SERVICE, "clusterIP: 10.0.0.1", "type: ClusterIP"),
        (CLAIM, "storageClassName: slow, ", ""),
        (CLAIM, "10Gi", "20Gi"),
        (JOB.replace("{name: j}", "{name: j, annotations: {argocd.argoproj.io/hook: PreSync}}"), "a:1", "a:2"),
        (JOB.replace("{name: j}", "{generateName: j-}"), "a:1", "a:2"),
    ],
)
def test_what_is_not_certain_to_be_refused_is_an_update_or_nothing(text: str, old: str, new: str) -> None:
    found, _ = changes(changed({"x.yaml": text}, {"x.yaml": text.replace(old, new)}))
    assert {(each.action, each.risks) for each in found} <= {(Action.UPDATE, ())}


@pytest.mark.parametrize(
    "annotation", ["argocd.argoproj.io/sync-options: 'Replace=true, Force=true'", "kustomize.toolkit.fluxcd.io/force: enabled"]
)
def test_an_object_that_asks_for_it_is_recreated(annotation: str) -> None:
    text = JOB.replace("{name: j}", f"{{name: j, annotations: {{{annotation}}}}}")
    change = only({"x.yaml": text}, {"x.yaml": text.replace("a:1", "a:2")})
    assert change.action is Action.REPLACE
    assert "deleted and created anew" in change.risks[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (CLAIM, "deleted with its 10Gi"),
        ("apiVersion: v1\nkind: Namespace\nmetadata: {name: legacy}\n", "All that is in namespace legacy is deleted"),
        (
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: q}\nspec: {names: {kind: Queue}}\n",
            "Every Queue of the cluster is deleted",
        ),
        (STATEFUL, "claims `data-db-…` and the data in them stay behind"),
        (STATEFUL + "  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}\n", "with the data in them."),
        (
            CLAIM.replace("{name: c}", "{name: c, annotations: {argocd.argoproj.io/sync-options: Prune=false}}"),
            "it stays in the cluster",
        ),
    ],
)
def test_a_delete_says_what_goes_with_it(text: str, words: str) -> None:
    change = only({"x.yaml": text}, {})
    assert change.action is Action.DELETE
    assert words in change.risks[0]


def test_an_ordinary_delete_says_nothing() -> None:
    assert only({"x.yaml": CONFIG}, {}).risks == ()
