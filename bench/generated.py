"""GitOps repositories made up for measuring: as many YAML files as asked for, and changes of as many files as asked for.

A service has eight files, an Argo CD Application and one that nothing reads among them. Every other one is a base of three
objects with its kustomization and an overlay with a patch; the rest are plain manifests in one folder. Changes touch the plain
ones: how long a build takes is kustomize's business. Everything follows from the numbers alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

FILES_OF_A_SERVICE = 8
CONFIGURATION = {
    ".yamllint": "extends: relaxed\nrules:\n  line-length: disable\n",
    ".fairlead.yaml": 'version: 1\nkubernetes_version: "1.31"\n',
}
ORIGIN = "https://git.example.com/shop/gitops.git"

_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: shop
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
      annotations:
        example.com/revision: "{revision}"
    spec:
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: {name}
          image: registry.example.com/shop/{name}:1.4.{revision}
          args:
            - --listen=:8080
            - --log-format=json
          ports:
            - name: http
              containerPort: 8080
          envFrom:
            - configMapRef:
                name: {name}
          readinessProbe:
            httpGet:
              path: /ready
              port: http
          livenessProbe:
            httpGet:
              path: /live
              port: http
            initialDelaySeconds: 10
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
          volumeMounts:
            - name: scratch
              mountPath: /tmp
      volumes:
        - name: scratch
          emptyDir: {{}}
"""
_SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {name}
spec:
  selector:
    app.kubernetes.io/name: {name}
  ports:
    - name: http
      port: 80
      targetPort: http
"""
_CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
data:
  revision: "{revision}"
  LOG_LEVEL: info
  GREETING: hello from {name}
"""
_ACCOUNT = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {name}\n"
_BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {name}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
"""
_QUOTA = 'apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: {name}\nspec:\n  hard:\n    pods: "10"\n'
_BASE = "resources:\n  - deployment.yaml\n  - service.yaml\n  - config.yaml\n"
_OVERLAY = "namespace: shop\nresources:\n  - ../../base\npatches:\n  - path: replicas.yaml\n"
_PATCH = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n  replicas: 4\n"
_APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {name}
  namespace: argocd
spec:
  project: default
  source:
    repoURL: {origin}
    path: {path}
    targetRevision: HEAD
  destination:
    server: https://kubernetes.default.svc
    namespace: shop
"""
_VALUES = "owner: team-{number}\nurl: https://{name}.shop.example\n"


@dataclass(frozen=True, slots=True)
class Sample:
    """A repository of some `files` YAML files."""

    files: int

    @property
    def services(self) -> int:
        """How many services it describes."""
        return max(1, self.files // FILES_OF_A_SERVICE)

    @property
    def most_changed(self) -> int:
        """How many files a change of it can have."""
        return 2 * len(self._plain)

    @property
    def _plain(self) -> range:
        return range(0, self.services, 2)

    def contents(self) -> Iterator[tuple[str, str]]:
        """Path and content of all files."""
        yield from CONFIGURATION.items()
        for number in range(self.services):
            yield from _service(number)

    def change(self, files: int, revision: int) -> dict[str, str]:
        """The files that a change of so many files leaves, spread over the repository; no two revisions are alike.

        Raises ValueError where the repository has not so many that can be changed.
        """
        changeable = [_changeable(_name(number)) for number in self._plain]
        paths = [path for of_one in zip(*changeable, strict=True) for path in of_one]
        if files > len(paths):
            raise ValueError(f"only {len(paths)} files of {self.files} can be changed")
        step = len(paths) // files
        return {path: _content(path, revision) for path in paths[: files * step : step]}


def _service(number: int) -> Iterator[tuple[str, str]]:
    name = _name(number)
    folder = f"apps/{name}"
    yield from _built(name, folder) if number % 2 else _plain(name, folder)
    path = f"{folder}/overlays/prod" if number % 2 else folder
    yield f"argocd/{name}.yaml", _APPLICATION.format(name=name, origin=ORIGIN, path=path)
    yield f"teams/{name}.yaml", _VALUES.format(name=name, number=number % 40)


def _plain(name: str, folder: str) -> Iterator[tuple[str, str]]:
    yield from ((path, _content(path, 0)) for path in _changeable(name))
    yield f"{folder}/service.yaml", _SERVICE.format(name=name)
    yield f"{folder}/account.yaml", _ACCOUNT.format(name=name)
    yield f"{folder}/budget.yaml", _BUDGET.format(name=name)
    yield f"{folder}/quota.yaml", _QUOTA.format(name=name)


def _built(name: str, folder: str) -> Iterator[tuple[str, str]]:
    base, overlay = f"{folder}/base", f"{folder}/overlays/prod"
    yield f"{base}/deployment.yaml", _DEPLOYMENT.format(name=name, revision=0)
    yield f"{base}/config.yaml", _CONFIG.format(name=name, revision=0)
    yield f"{base}/service.yaml", _SERVICE.format(name=name)
    yield f"{base}/kustomization.yaml", _BASE
    yield f"{overlay}/kustomization.yaml", _OVERLAY
    yield f"{overlay}/replicas.yaml", _PATCH.format(name=name)


def _changeable(name: str) -> tuple[str, str]:
    return f"apps/{name}/deployment.yaml", f"apps/{name}/config.yaml"


def _content(path: str, revision: int) -> str:
    form = _DEPLOYMENT if path.endswith("deployment.yaml") else _CONFIG
    return form.format(name=path.split("/")[1], revision=revision)


def _name(number: int) -> str:
    return f"svc-{number:05}"
