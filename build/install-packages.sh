#!/usr/bin/env bash
# Installs the Debian packages of a purpose that are missing, saying which and why; asks for sudo only then.
# usage: install-packages.sh [--check] PURPOSE   (--check: only say what is missing; exit code 1 when something is)
set -euo pipefail

packages_tests=(
  "bubblewrap:the sandbox that runs converters and models"
  "python3-torch:TorchScript to ONNX"
  "python3-torchvision:models for the converter's tests"
  "python3-onnx:the reference reader that judges our writer"
  "python3-sklearn:the digits of the sample"
  "python3-h5py:an HDF5 reader and writer that we did not write"
  "libonnx-testdata:the ONNX backend tests"
  "xz-utils:unpacks the LiteRT library"
  "binutils:makes a QNN library of another version"
  "openjdk-17-jdk-headless:runs the MongoDB-compatible server of the test material"
  "rabbitmq-server:the message broker of the distributed tests"
  "python3-pika:the example that subscribes to events on RabbitMQ"
  "strace:makes a flush to the disk fail, and a disk slow"
  "libfaketime:gives a process a wrong clock"
  "swift-proxy:the S3 server of the tests (OpenStack Swift)"
  "swift-account:the S3 server of the tests"
  "swift-container:the S3 server of the tests"
  "swift-object:the S3 server of the tests"
)

packages_demo=(
  "bubblewrap:the sandbox that runs converters and models"
  "python3-torch:TorchScript to ONNX"
  "python3-h5py:reads the outputs of inference jobs"
  "curl:fetches the TensorFlow Lite runtime"
  "ca-certificates:fetches the TensorFlow Lite runtime"
)

check=0
if [ "${1:-}" = --check ]; then
  check=1
  shift
fi
purpose=${1:?purpose}
declare -n list="packages_$purpose"
missing=()
for entry in "${list[@]}"; do
  name=${entry%%:*}
  if ! dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed'; then
    echo "missing: $name (${entry#*:})"
    missing+=("$name")
  fi
done
[ ${#missing[@]} -gt 0 ] || exit 0
[ "$check" = 0 ] || exit 1

sudo=()
[ "$(id -u)" = 0 ] || sudo=(sudo)
export DEBIAN_FRONTEND=noninteractive
"${sudo[@]}" apt-get update -q >/dev/null
"${sudo[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
