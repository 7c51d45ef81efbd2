"""Rules about manifests and their schemas; `validators/schema/` looks for them."""

from validators.model import Severity
from validators.rules.rule import Rule

_API = "https://kubernetes.io/docs/reference/kubernetes-api/"
_NAMES = "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"
_GONE = "https://kubernetes.io/docs/reference/using-api/deprecation-guide/"
_REFUSED = "The API server refuses the object, and the sync that brings it stops there."

FIELDS = (
    Rule(
        "schema/unknown-field",
        Severity.ERROR,
        "A field that its kind does not have",
        "`kubectl apply` refuses it, or drops it with a warning that nobody reads in a sync: what was meant never holds.",
        "Take the spelling that is suggested, move the field to where it belongs, or remove it.",
        bad="spec:\n  replcias: 3",
        good="spec:\n  replicas: 3",
        source=_API,
    ),
    Rule(
        "schema/missing-field",
        Severity.ERROR,
        "A field that its kind must have is not there",
        _REFUSED,
        "Add the field.",
        bad="containers:\n  - image: shop/web:1.4.2",
        good="containers:\n  - name: web\n    image: shop/web:1.4.2",
        source=_API,
    ),
    Rule(
        "schema/wrong-type",
        Severity.ERROR,
        "A value of another type than the field has",
        "YAML reads `two` as text, `yes` as true and `010` as eight, whatever was meant. " + _REFUSED,
        "Quote what is text, take the quotes off what is a number.",
        bad="replicas: two",
        good="replicas: 2",
        source=_API,
    ),
    Rule(
        "schema/not-allowed-value",
        Severity.ERROR,
        "A value that is not one of those allowed",
        _REFUSED + " The published schemas let some such values pass; Fairlead knows what the API server allows.",
        "Take one of the values that the finding names; upper and lower case count.",
        bad="imagePullPolicy: IfNotPresnt",
        good="imagePullPolicy: IfNotPresent",
        source=_API,
    ),
    Rule(
        "schema/invalid-value",
        Severity.ERROR,
        "A value or a combination of fields that the schema does not allow",
        _REFUSED,
        "Keep to what the finding names: a bound, a pattern, or fields of which only one may be set.",
        source=_API,
    ),
)

VALUES = (
    Rule(
        "schema/port",
        Severity.ERROR,
        "A port that can't be",
        _REFUSED + " The published schemas let any number pass.",
        "Ports go from 1 to 65535, those of nodes from 30000 to 32767; names have at most 15 of a-z, 0-9 and `-`.",
        bad="containerPort: 80800",
        good="containerPort: 8080",
        source="https://kubernetes.io/docs/concepts/services-networking/service/",
    ),
    Rule(
        "schema/quantity",
        Severity.ERROR,
        "An amount of memory, processor or storage that can't be read",
        _REFUSED + " The published schemas let any text pass.",
        "Write a number with a unit that Kubernetes knows: `m`, `k`, `M`, `G`, `Ki`, `Mi`, `Gi`.",
        bad="memory: 256MB",
        good="memory: 256Mi",
        source="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/",
    ),
    Rule(
        "schema/number-range",
        Severity.ERROR,
        "A number outside of its range",
        _REFUSED,
        "Take a number within the range that the finding names.",
        bad="replicas: -1",
        good="replicas: 1",
        source=_API,
    ),
    Rule(
        "schema/needed-field",
        Severity.ERROR,
        "A field that the API server needs is not there, or empty",
        _REFUSED + " The published schemas let it be left out, or be null.",
        "Give it a value.",
        bad="containers:\n  - name: web",
        good="containers:\n  - name: web\n    image: shop/web:1.4.2",
        source=_API,
    ),
    Rule(
        "schema/schedule",
        Severity.ERROR,
        "The schedule of a CronJob can't be read",
        _REFUSED + " The published schemas let any text pass.",
        "Write minute, hour, day of the month, month and weekday (0 to 6), or a word such as `@daily`. A time zone goes into "
        "`timeZone`.",
        bad='schedule: "0 3 * *"',
        good='schedule: "0 3 * * *"',
        source="https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax",
    ),
    Rule(
        "schema/base64",
        Severity.ERROR,
        "A value under `data` that is not base64",
        _REFUSED,
        "Move plain text to `stringData`, or encode it. Better, keep the value out of Git: External Secrets and Sealed Secrets "
        "are made for that.",
        bad="kind: Secret\ndata:\n  user: shop",
        good="kind: Secret\nstringData:\n  user: shop",
        source="https://kubernetes.io/docs/concepts/configuration/secret/",
    ),
    Rule(
        "schema/data-key",
        Severity.ERROR,
        "A key of a ConfigMap or Secret with characters that it can't have",
        "Keys become names of files and variables. " + _REFUSED,
        "Use letters, digits, `-`, `_` and `.`; a folder is what `items` of the volume makes.",
        bad='data:\n  "conf/app.ini": ...',
        good="data:\n  app.ini: ...",
        source="https://kubernetes.io/docs/concepts/configuration/configmap/",
    ),
    Rule(
        "schema/label",
        Severity.ERROR,
        "A label whose name or value can't be",
        _REFUSED,
        "Use at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends. Longer texts are annotations.",
        bad="labels:\n  team: Shop & Search",
        good="labels:\n  team: shop-search",
        source="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/",
    ),
    Rule(
        "schema/annotation",
        Severity.ERROR,
        "An annotation whose name can't be",
        _REFUSED,
        "Use at most 63 letters, digits, `-`, `_` and `.` after an optional `domain/`. The value may be any text.",
        bad="annotations:\n  shop.example/on/call: olga",
        good="annotations:\n  shop.example/on-call: olga",
        source="https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/",
    ),
    Rule(
        "schema/name",
        Severity.ERROR,
        "A name with characters that it can't have",
        _REFUSED,
        "Use a-z, 0-9 and `-`, with a letter or digit at both ends; the finding says how long it may be.",
        bad="metadata:\n  name: Web_Shop",
        good="metadata:\n  name: web-shop",
        source=_NAMES,
    ),
    Rule(
        "schema/missing-name",
        Severity.ERROR,
        "An object without a name",
        _REFUSED,
        "Add `metadata.name`.",
        source=_NAMES,
    ),
)

KINDS = (
    Rule(
        "schema/removed-api",
        Severity.ERROR,
        "An API version that the cluster's Kubernetes no longer has",
        "Nothing of the object is applied. What an older cluster made of it lives on and can't be changed any more.",
        "Move to the API version that the finding names. `kubernetes_version` in `.fairlead.yaml` says what is judged for.",
        bad="apiVersion: policy/v1beta1\nkind: PodDisruptionBudget",
        good="apiVersion: policy/v1\nkind: PodDisruptionBudget",
        source=_GONE,
    ),
    Rule(
        "schema/deprecated-api",
        Severity.WARNING,
        "An API version that a later Kubernetes takes away",
        "It works today. The upgrade that takes it away stops every sync of this object.",
        "Move to the API version that the finding names before the upgrade.",
        source=_GONE,
    ),
    Rule(
        "schema/unknown-kind",
        Severity.ERROR,
        "A kind that nobody serves",
        "Kubernetes' own kinds are all known, and so are those whose CRDs lie in the repository: this is none of them.",
        "Mend the spelling of `kind` or `apiVersion`, or add the CRD in the same change.",
        bad="apiVersion: apps/v1\nkind: Deploymnet",
        good="apiVersion: apps/v1\nkind: Deployment",
        source=_API,
    ),
    Rule(
        "schema/malformed-kind",
        Severity.ERROR,
        "A `kind` or `apiVersion` that is none",
        _REFUSED,
        "`kind` is a word of letters and digits, `apiVersion` is `version` or `group/version`.",
        bad="apiVersion: apps:v1",
        good="apiVersion: apps/v1",
        source="https://kubernetes.io/docs/concepts/overview/working-with-objects/",
    ),
    Rule(
        "schema/incomplete-object",
        Severity.ERROR,
        "What looks like an object lacks what makes it one",
        "Some tools pass over it without a word, others refuse the whole file.",
        "Add the `apiVersion` or `kind` that is missing, or take it out of a List in a List.",
        source="https://kubernetes.io/docs/concepts/overview/working-with-objects/",
    ),
)

CRDS = (
    Rule(
        "schema/crd",
        Severity.ERROR,
        "A CustomResourceDefinition that the API server refuses",
        "Its kind is not served, and none of its objects can be applied.",
        "Do as the finding says: the name is the plural and the group, one version is stored, every field has a type.",
        bad="metadata:\n  name: queue.shop.example.com",
        good="metadata:\n  name: queues.shop.example.com",
        source="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/",
    ),
    Rule(
        "schema/crd-change",
        Severity.ERROR,
        "A change to a CustomResourceDefinition that the API server refuses",
        "Scope and kind can't change while the CRD exists, and the version in which objects are stored can't be taken away.",
        "Define a new kind beside the old one; give a stored version up in two steps.",
        source="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/",
    ),
)

ENGINE = (
    Rule(
        "schema/engines-differ",
        Severity.ERROR,
        "Fairlead's engine and kubeconform disagree",
        "They are held to the same verdicts by tests, so this is a bug of Fairlead's. `schema.engine: both` looks for it.",
        "Please report the manifest and the finding.",
    ),
)

RULES: tuple[Rule, ...] = FIELDS + VALUES + KINDS + CRDS + ENGINE
