#!/usr/bin/env bash
# Puts a TensorFlow Lite runtime into a toolchains folder: LiteRT from the Python registry where it answers, else TensorFlow
# Lite 2.9.0 from the npm package that ships it. Every file is checked against a hash written here.
set -euo pipefail
folder=${1:?toolchains folder}
case "$(uname -m)" in
  x86_64) npm_folder=linux_amd64 ;;
  aarch64) npm_folder=linux_arm64 ;;
  *) echo "no TensorFlow Lite runtime is known for $(uname -m)" >&2; exit 2 ;;
esac
litert_version=2.3.0
litert_sha256_x86_64=eec47eb35e2924b3166015887e652a58edc9af823ae38e02bf83bef2548300bb
tflite_package_sha256=3be1632328a76a2475e5b6833253763c802c859433becb4d879ee1860e3b5284
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fetch_litert() {
  command -v pip3 >/dev/null && command -v unzip >/dev/null || return 1
  timeout 120 pip3 --disable-pip-version-check --timeout 5 --retries 0 download -q --no-deps -d "$work" "ai-edge-litert==$litert_version" >/dev/null 2>&1 || return 1
  unzip -q -j "$work"/ai_edge_litert-*.whl ai_edge_litert/libLiteRt.so -d "$work" || return 1
  if [ "$(uname -m)" = x86_64 ] && ! echo "$litert_sha256_x86_64  $work/libLiteRt.so" | sha256sum -c --status; then
    echo "libLiteRt.so $litert_version has an unexpected hash; it is not used" >&2
    return 1
  fi
  install -D -m 644 "$work/libLiteRt.so" "$folder/litert/libLiteRt.so"
}

fetch_tflite() {
  if command -v npm >/dev/null; then
    (cd "$work" && npm pack --silent tfjs-tflite-node@0.0.2 >/dev/null 2>&1) || return 1
  else
    curl -fsSL --retry 2 -o "$work/tfjs-tflite-node-0.0.2.tgz" https://registry.npmjs.org/tfjs-tflite-node/-/tfjs-tflite-node-0.0.2.tgz || return 1
  fi
  if ! echo "$tflite_package_sha256  $work/tfjs-tflite-node-0.0.2.tgz" | sha256sum -c --status; then
    echo "tfjs-tflite-node-0.0.2.tgz has an unexpected hash; it is not used" >&2
    return 1
  fi
  tar -xzf "$work/tfjs-tflite-node-0.0.2.tgz" -C "$work" "package/cc_deps/$npm_folder/libtensorflowlite_c.so"
  install -D -m 644 "$work/package/cc_deps/$npm_folder/libtensorflowlite_c.so" "$folder/tflite/libtensorflowlite_c.so"
}

[ ! -f "$folder/litert/libLiteRt.so" ] && [ ! -f "$folder/tflite/libtensorflowlite_c.so" ] || exit 0
if fetch_litert; then
  echo "LiteRT $litert_version from the Python registry"
elif fetch_tflite; then
  echo "TensorFlow Lite 2.9.0 from npm (the Python registry, which has LiteRT, did not answer)"
else
  echo "neither the Python registry nor npm gave a TensorFlow Lite runtime" >&2
  exit 1
fi
