#!/usr/bin/env bash
# The main job on this machine: compiles a PyTorch model to TFLite and ONNX, measures both on this machine's processor, runs
# the test images through both, and says whether the numbers are right. Exit code 0 means that they are.
set -euo pipefail
root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "$root"
install=1
compose=0
case "${1:-}" in
  '') ;;
  --no-install) install=0 ;;
  --compose) compose=1 ;;
  *)
    echo "usage: ./demo.sh [--no-install | --compose]"
    echo "  --no-install   say what is missing and stop instead of installing it"
    echo "  --compose      the same job on the distributed platform, which docker compose starts (deploy/docker-compose.yml)"
    [ "$1" = --help ] || [ "$1" = -h ] && exit 0; exit 64 ;;
esac
python=${HUB_PYTHON:-/usr/bin/python3}
sample=samples/digits
work=$root/artifacts/demo
export HUB_DATA=$work/data HUB_CONFIG=$work/config.toml
export HUB_TOOLCHAINS=${HUB_TOOLCHAINS:-$root/artifacts/toolchains}

say() { printf '\n== %s\n' "$*"; }
fail() { echo "demo: $*" >&2; exit 1; }

say "what is needed"
if [ "$compose" = 1 ]; then
  docker info >/dev/null 2>&1 || fail "--compose needs docker and a running daemon that this user may use (docker info says why not); ./demo.sh alone needs neither"
  docker compose version >/dev/null 2>&1 || fail "--compose needs docker compose, version 2.24 or newer"
fi
command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: https://dotnet.microsoft.com/download/dotnet/10.0"
if [ "$install" = 1 ]; then
  ./build/install-packages.sh demo
  ./build/fetch-runtimes.sh "$HUB_TOOLCHAINS"
else
  ./build/install-packages.sh --check demo || fail "the packages above are missing, and --no-install forbids installing them"
  [ -f "$HUB_TOOLCHAINS/litert/libLiteRt.so" ] || [ -f "$HUB_TOOLCHAINS/tflite/libtensorflowlite_c.so" ] || [ -n "${HUB_LITERT_LIB:-}${HUB_TFLITE_LIB:-}" ] \
    || fail "a TensorFlow Lite runtime is missing (build/fetch-runtimes.sh), and --no-install forbids fetching it"
fi
echo "everything is here"

say "building"
./hub --version >/dev/null
hub() { "$root/artifacts/hub/hub" "$@"; }

if [ "$compose" = 1 ]; then
  . deploy/compose-up.sh
else
  say "starting the hub: one process, data in ${HUB_DATA#"$root"/}"
  sandbox=()
  if ! bwrap --unshare-user --unshare-pid --ro-bind / / --proc /proc true 2>/dev/null; then
    echo "this machine refuses user namespaces: converters and models run WITHOUT the sandbox. That is fine for this repository's own"
    echo "sample and for nothing that you do not trust."
    sandbox=(--sandbox none)
  fi
  mkdir -p "$work"
  free_port() { "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
  http=$(free_port)
  "$root/artifacts/hub/hub" up --http "$http" --grpc "$(free_port)" "${sandbox[@]}" >"$work/host.log" 2>&1 &
  host=$!
  trap 'kill "$host" 2>/dev/null || true; wait "$host" 2>/dev/null || true' EXIT
  for _ in $(seq 100); do
    curl -fsS -o /dev/null "http://127.0.0.1:$http/ready" 2>/dev/null && break
    kill -0 "$host" 2>/dev/null || { cat "$work/host.log" >&2; fail "the hub ended"; }
    read -rt 0.1 <> <(:) || true
  done
fi
# The device and the build node are there once they have looked at what this machine can do.
for _ in $(seq 100); do
  hub devices --json 2>/dev/null | grep -q '"local-cpu"' && hub steps --json 2>/dev/null | grep -q torchscript && break
  read -rt 0.2 <> <(:) || true
done

field() { "$python" -c 'import json, sys; value = json.load(sys.stdin)
for key in sys.argv[1].split("."): value = value[int(key)] if isinstance(value, list) else value.get(key, "")
print(value)' "$1"; }

# What is made, and of what: TorchScript through PyTorch's own exporter, an exported program (.pt2) without Python.
declare -A source=([tflite]=digits.pt [onnx]=digits.pt [pt2]=digits.pt2) target=([tflite]=tflite [onnx]=onnx [pt2]=tflite)
products=(tflite onnx pt2)

compile() { # product, further options: prints the job as JSON
  local product=$1; shift
  hub compile "$sample/${source[$product]}" --input image:1,1,8,8 --target_runtime "${target[$product]}" --name "${source[$product]} to ${target[$product]}" "$@" --json
}

declare -A model report_jobs
for product in "${products[@]}"; do
  say "PyTorch (${source[$product]}) -> ${target[$product]}, on the build node"
  bypass=(); [ "$product" = tflite ] && bypass=(--bypass-cache)
  done=$(compile "$product" "${bypass[@]}")
  job=$(field job_id <<<"$done")
  hub jobs show "$job"
  model[$product]=$(field target_model_id <<<"$done")
  hub jobs download "$job" -o "$work/$product" >/dev/null
  parity=$("$python" - "$work/$product"/*_results.json <<'PY'
import json, sys
whole = json.load(open(sorted(sys.argv[1:], key=__import__("os").path.getmtime)[-1]))["parity"]["end_to_end"]
print(whole["worst_snr_db"] if "outputs" in whole else whole["not_taken"])
PY
)
  [ "$product" = pt2 ] && against="its ONNX form (a .pt2 cannot be run without PyTorch)" || against=PyTorch
  echo "parity with $against: $parity dB"
  "$python" -c 'import sys; sys.exit(0 if float(sys.argv[1]) >= 80 else 1)' "$parity" || fail "the parity of the $product product is below 80 dB"
  report_jobs[$product]=$job
done

say "the same again: from the conversion cache"
done=$(compile tflite)
[ "$(field cache_hit <<<"$done")" = True ] || fail "the second conversion did not come from the cache"
hub jobs show "$(field job_id <<<"$done")"

pages=()
for product in tflite onnx; do
  say "measuring ${target[$product]} of ${source[$product]} on local-cpu"
  job=$(hub profile "${model[$product]}" --device local-cpu --name "${source[$product]} as ${target[$product]}" --json | field job_id)
  rm -rf "$work/profile-$product"; hub jobs download "$job" -o "$work/profile-$product" >/dev/null
  "$python" - "$work/profile-$product"/*_results.json <<'PY'
import json, sys
profile = json.load(open(sys.argv[1]))
statistics, summary = profile["measurement"]["statistics"], profile["execution_summary"]
low, high = statistics["p50_interval"]
print(f'latency: median {statistics["p50"]:.1f} us (95 % interval {low:.1f} to {high:.1f}), minimum {statistics["minimum"]:.1f} us, {statistics["count"]:.0f} runs')
print(f'load: cold {summary["first_load_time"] / 1000:.1f} ms, warm {summary["warm_load_time"] / 1000:.1f} ms; peak memory {summary["estimated_inference_peak_memory"] / 2**20:.0f} MiB')
PY
  pages+=("$job")
done

# The two networks were trained on different parts of the digits, and so are tested on different parts.
"$python" -c 'import sys, numpy; numpy.savez(sys.argv[2], image=numpy.load(sys.argv[1])["image"])' "$sample/digits_pt2.npz" "$work/images_pt2.npz"
declare -A images_of=([tflite]=$sample/images.npz [onnx]=$sample/images.npz [pt2]=$work/images_pt2.npz) expected=([pt2]=$sample/digits_pt2.npz) running

for product in "${products[@]}"; do
  hub infer "${model[$product]}" --dataset "${images_of[$product]}" --device local-cpu --name "images, ${source[$product]} as ${target[$product]}" --json >"$work/infer-$product.json" &
  running[$product]=$!
done

for product in "${products[@]}"; do
  say "running the test images through ${target[$product]} of ${source[$product]}"
  wait "${running[$product]}" || fail "the inference job of ${source[$product]} failed"
  job=$(field job_id <"$work/infer-$product.json")
  rm -rf "$work/outputs-$product"; hub jobs download "$job" -o "$work/outputs-$product" >/dev/null
  score=$("$python" "$sample/score.py" "$work/outputs-$product/outputs.h5" ${expected[$product]:+"${expected[$product]}"})
  images=$(field images <<<"$score"); agreement=$(field agreement <<<"$score")
  "$python" -c 'import json, sys; s = json.loads(sys.argv[1]); print("accuracy: %.2f %% (PyTorch: %.2f %%); the prediction is PyTorch'"'"'s on %d of %d images" % (100 * s["accuracy"], 100 * s["pytorch_accuracy"], s["agreement"], s["images"]))' "$score"
  [ "$images" = "$agreement" ] || fail "${target[$product]} of ${source[$product]} does not predict what PyTorch predicts"
done

say "done"
page=$work/report.html
hub jobs report "${pages[@]}" -o "$page" >/dev/null
cat <<NEXT
The report: ${page#"$root"/}  (open it in a browser)

Try next:
  ./hub convert ${work#"$root"/}/onnx/digits.onnx -o digits.tflite   a conversion without any server
  HUB_TOOLCHAINS=${HUB_TOOLCHAINS#"$root"/} ./hub up                       the hub, to stay; then, beside it:
  ./hub compile-and-profile $sample/digits.pt --input image:1,1,8,8 --device local-cpu
NEXT
