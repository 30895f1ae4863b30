#!/usr/bin/env bash
# Writes the digest of every image that deploy/ and k8s/ name behind its tag, as the image's registry answers. No digest is ever
# typed. Images of this repository (hub/...) are left alone: their tag is this build's.
# usage: pin-images.sh [--check]   (--check: writes nothing; exit code 1 when something is not pinned)
set -euo pipefail
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
files=(deploy/*.Dockerfile deploy/docker-compose.yml k8s/overlays/*/*.yaml)
images() { sed -nE 's/^(FROM|[[:space:]]*(- )?image:)[[:space:]]+"?([^[:space:]"]+).*/\3/p' "${files[@]}" | grep -v '^hub/' | sort -u; }

if [ "${1:-}" = --check ]; then
  ! images | grep -v '@sha256:' || { echo "the images above have no digest" >&2; exit 1; }
  exit 0
fi
command -v docker >/dev/null && docker buildx version >/dev/null 2>&1 || { echo "pin-images: needs docker with buildx, which asks the registries" >&2; exit 2; }
missed=0
for image in $(images); do
  tag=${image%%@*}
  if digest=$(docker buildx imagetools inspect "$tag" --format '{{.Manifest.Digest}}' 2>/dev/null) && [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]]; then
    sed -i -E "s#([[:space:]\"])${image//./\\.}([[:space:]\"]|\$)#\\1$tag@$digest\\2#g" "${files[@]}"
    echo "$tag@$digest"
  else
    echo "pin-images: no registry answers for $tag" >&2
    missed=1
  fi
done
exit "$missed"
