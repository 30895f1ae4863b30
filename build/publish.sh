#!/usr/bin/env bash
# Publishes the command line, the embedded host and the runner programs into one folder, compiled ahead of time.
set -euo pipefail
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
target=${1:?folder}
rid=linux-$(uname -m | sed 's/x86_64/x64/;s/aarch64/arm64/')

publish() { # project, folder
  dotnet publish "$root/$1" -c Release -r "$rid" --self-contained false -p:PublishReadyToRun=true -p:PackAsTool=false \
    -nodeReuse:false -v quiet --nologo -o "$target/$2"
}

publish clients/cli/Hub.Cli.csproj .
publish services/platform-host/Platform.Host.csproj host
publish runners/step/Runner.Step.csproj runners/step
publish runners/model-runner/Runner.Model.csproj runners/model-runner
publish runners/qnn-step/Runner.QnnStep.csproj runners/qnn-step
