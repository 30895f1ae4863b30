#!/usr/bin/env bash
# Publishes the separate services into one folder, a folder for each project, compiled ahead of time as their images are.
set -euo pipefail
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
target=${1:?folder}
rid=linux-$(uname -m | sed 's/x86_64/x64/;s/aarch64/arm64/')

for service in artifact compiler device-broker gateway profiler-worker; do
  project=$(ls "$root/services/$service"/*.csproj)
  dotnet publish "$project" -c Release -r "$rid" --self-contained false -p:PublishReadyToRun=true \
    -nodeReuse:false -p:UseSharedCompilation=false -v quiet --nologo -o "$target/$(basename "$project" .csproj)"
done
