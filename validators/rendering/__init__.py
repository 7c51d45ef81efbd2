"""What units come to: kustomizations and charts rendered by the real kustomize and helm, behind walls, each content once."""
