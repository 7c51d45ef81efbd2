"""GitOps repositories made up for measuring: as many YAML files as asked for, and changes of as many files as asked for.

A service has eight files: a base of three objects and its kustomization, an overlay with a patch and its kustomization, an
Argo CD Application, and a values file of the kind that nothing reads. Everything follows from the numbers alone.
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
    path: apps/{name}/overlays/prod
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
        return 2 * self.services

    def contents(self) -> Iterator[tuple[str, str]]:
        """Path and content of all files."""
        yield from CONFIGURATION.items()
        for number in range(self.services):
            yield from _service(number)

    def change(self, files: int, revision: int) -> dict[str, str]:
        """The files that a change of so many files leaves, spread over the repository; no two revisions are alike.

        Raises ValueError where the repository has not so many that can be changed.
        """
        changeable = [_changeable(number) for number in range(self.services)]
        paths = [path for of_one in zip(*changeable, strict=True) for path in of_one]
        if files > len(paths):
            raise ValueError(f"only {len(paths)} files of {self.files} can be changed")
        step = len(paths) // files
        return {path: _content(path, revision) for path in paths[: files * step : step]}


def _service(number: int) -> Iterator[tuple[str, str]]:
    name = _name(number)
    base, overlay = f"apps/{name}/base", f"apps/{name}/overlays/prod"
    yield from ((path, _content(path, 0)) for path in _changeable(number))
    yield f"{base}/service.yaml", _SERVICE.format(name=name)
    yield f"{base}/kustomization.yaml", _BASE
    yield f"{overlay}/kustomization.yaml", _OVERLAY
    yield f"{overlay}/replicas.yaml", _PATCH.format(name=name)
    yield f"argocd/{name}.yaml", _APPLICATION.format(name=name, origin=ORIGIN)
    yield f"teams/{name}.yaml", _VALUES.format(name=name, number=number % 40)


def _changeable(number: int) -> tuple[str, str]:
    base = f"apps/{_name(number)}/base"
    return f"{base}/deployment.yaml", f"{base}/config.yaml"


def _content(path: str, revision: int) -> str:
    form = _DEPLOYMENT if path.endswith("deployment.yaml") else _CONFIG
    return form.format(name=path.split("/")[1], revision=revision)


def _name(number: int) -> str:
    return f"svc-{number:05}"
