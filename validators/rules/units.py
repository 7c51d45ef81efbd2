"""Rules about what is deployed as one: kustomizations, charts, applications; `validators/units/` looks for them."""

from validators.model import Severity
from validators.rules.rule import Rule

RULES = (
    Rule(
        "unit/missing-input",
        Severity.ERROR,
        "A kustomization or chart refers to a file that can't be read",
        "It is not there, or it is a link out of the repository. The whole unit can't be built, so nothing of it is deployed.",
        "Mend the reference, or take it out.",
        bad="resources:\n  - deploymnet.yaml",
        good="resources:\n  - deployment.yaml",
        source="https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/resource/",
    ),
    Rule(
        "unit/missing-path",
        Severity.ERROR,
        "An application deploys a folder that is not there",
        "Argo CD and Flux fail to sync it; with pruning, what it deployed before may be removed.",
        "Mend the path, or add the folder in the same change.",
    ),
    Rule(
        "unit/unknown-field",
        Severity.ERROR,
        "A kustomization has a field that kustomize does not know",
        "kustomize refuses the whole file, so nothing of the unit is deployed.",
        "Take the spelling that is suggested, or remove the field.",
        bad="namspace: shop",
        good="namespace: shop",
        source="https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/",
    ),
    Rule(
        "unit/cycle",
        Severity.ERROR,
        "Kustomizations include each other",
        "None of them can be built.",
        "Take one of the references out.",
    ),
    Rule(
        "unit/several-kustomizations",
        Severity.ERROR,
        "Two kustomizations in one folder",
        "kustomize refuses to choose between `kustomization.yaml`, `kustomization.yml` and `Kustomization`.",
        "Keep one of them.",
        source="https://kubectl.docs.kubernetes.io/references/kustomize/glossary/#kustomization",
    ),
    Rule(
        "unit/not-listed",
        Severity.INFO,
        "No kustomization lists a manifest that lies beside one",
        "It will never be applied, whatever it says.",
        "Add it to `resources` of the kustomization, or remove it.",
    ),
)
