#!/usr/bin/env bash
# Installs what the tests need, builds, runs all tests. The last line is "N passed, N failed, N skipped".
set -euo pipefail
root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "$root"

usage() {
  cat <<'USAGE'
usage: ./test.sh [--no-install] [--filter CLASS] [--fuzz WHAT N] [--simulate SEEDS [--seed FIRST]] [--chaos [NUMBERS]] [--distributed] [--qnn]
  --no-install     do not install Debian packages; what needs them is skipped
  --filter CLASS   only test classes whose full name matches (wildcards allowed)
  --distributed    only the end-to-end tests, on separate processes: two gateways, two brokers, two artifact services, three compilers,
                   three farm hosts with twenty simulated devices, RabbitMQ, a MongoDB server and an S3 server
  --qnn            only the full matrix of networks and chips through the QNN steps (HUB_QNN_ROOT or the shared material)
  --chaos          only the thirty faults of a farm of real processes, and kill -9 of the hub, 50 times, with uploads of 1 GB
                   (HUB_KILLS, HUB_UPLOAD_MB, HUB_SEED, HUB_QUEUED, HUB_FLOOD); with NUMBERS, e.g. 3,9, only those of the thirty
  --simulate SEEDS only the simulation of the whole platform, so many worlds (--seed FIRST: from that one on)
  --fuzz pt2 N     only damage .pt2 files, N times (HUB_FUZZ_SEED=FIRST goes on elsewhere)
  --fuzz tflite N  only N random graphs through the TensorFlow Lite converter, judged by ONNX Runtime
  --fuzz tflite-files N   only N damaged ONNX files through it
USAGE
}

install=1
filter=()
fuzz=
fuzz_class=('*FuzzTests')
chaos=
while [ $# -gt 0 ]; do
  case "$1" in
    --no-install) install=0 ;;
    --filter) filter=(--filter-class "$2"); shift ;;
    --fuzz)
      [[ ${3:-} =~ ^[0-9]+$ ]] || { usage >&2; exit 64; }
      case "${2:-}" in
        pt2) export HUB_FUZZ_PT2=$3; fuzz=Torch.Onnx.Tests ;;
        tflite) export HUB_FUZZ_TFLITE=$3; fuzz=Onnx.Tflite.Tests; fuzz_class=('*GraphFuzzTests') ;;
        tflite-files) export HUB_FUZZ_TFLITE_FILES=$3; fuzz=Onnx.Tflite.Tests; fuzz_class=('*FileFuzzTests') ;;
        *) usage >&2; exit 64 ;;
      esac
      shift 2 ;;
    --simulate)
      [[ ${2:-} =~ ^[0-9]+$ ]] || { usage >&2; exit 64; }
      export HUB_SEEDS=$2
      fuzz=Platform.Simulation.Tests; fuzz_class=('*SimulationTests')
      shift ;;
    --seed)
      [[ ${2:-} =~ ^[0-9]+$ ]] || { usage >&2; exit 64; }
      export HUB_SEED=$2
      shift ;;
    --chaos)
      export HUB_KILLS=${HUB_KILLS:-50} HUB_UPLOAD_MB=${HUB_UPLOAD_MB:-1024} HUB_CHAOS=all
      fuzz=Platform.Chaos.Tests; fuzz_class=('*ChaosTests'); chaos=all
      if [[ ${2:-} =~ ^[0-9]+(,[0-9]+)*$ ]]; then
        export HUB_CHAOS=$2
        chaos=some
        shift
      fi ;;
    --distributed)
      export HUB_E2E=distributed
      fuzz=Platform.Host.Tests; fuzz_class=('*MainPathTests' '*JobTests' '*EventTests' '*RestTests' '*SubmissionErrorTests' '*TenancyTests' '*UploadTests' '*BadModelTests' '*ExampleTests' '*SimulatedDeviceTests') ;;
    --qnn)
      export HUB_QNN_FULL=1
      fuzz=Runner.QnnStep.Tests; fuzz_class=('*NetworkTests') ;;
    -h|--help) usage; exit 0 ;;
    *) usage >&2; exit 64 ;;
  esac
  shift
done

# The build environment of some machines turns these off; tests take the plain defaults everywhere.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

[ "$install" = 0 ] || ./build/install-packages.sh tests

log=$(mktemp)
trap 'rm -f "$log"' EXIT
count() { sed -nE "s/^ +$1: ([0-9]+)$/\1/p" "$log" | tail -1; }

if [ -n "$fuzz" ]; then
  dotnet build "tests/$fuzz" -c Release -nodeReuse:false -v quiet --nologo >"$log" 2>&1 || { cat "$log"; exit 1; }
  status=0
  if [ -n "$chaos" ]; then
    # What comes back within a time is what users run: compiled ahead of time.
    { ./hub --version && build/publish-services.sh artifacts/services; } >"$log" 2>&1 || { cat "$log"; exit 1; }
    export HUB_COMPILED=1
    "artifacts/bin/$fuzz/release/$fuzz" --filter-class "${fuzz_class[@]}" --show-live-output on --output Detailed 2>&1 | tee "$log" | sed -nuE 's/^OUTPUT: .*\] (chaos +[0-9])/\1/p' || true
  else
    "artifacts/bin/$fuzz/release/$fuzz" --filter-class "${fuzz_class[@]}" --xunit-diagnostics on --show-live-output on --output Detailed 2>&1 | tee "$log" | grep --line-buffered -E 'mutations|converted|seed|damaged files|kill| dB' || true
  fi
  [ "$(count failed)" = 0 ] || { cat "$log"; status=1; }
  passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
  if [ "$chaos" = all ]; then
    [ ! -f artifacts/chaos.txt ] || { echo; cat artifacts/chaos.txt; echo; }
    dotnet build tests/Platform.Host.Tests -c Release -nodeReuse:false -v quiet --nologo >"$log" 2>&1 || { cat "$log"; exit 1; }
    artifacts/bin/Platform.Host.Tests/release/Platform.Host.Tests --filter-class '*CrashTests' --show-live-output on --output Detailed 2>&1 | tee "$log" | grep --line-buffered -E 'seed|kill' || true
    [ "$(count failed)" = 0 ] || { cat "$log"; status=1; }
    passed=$((passed + $(count succeeded))) failed=$((failed + $(count failed))) skipped=$((skipped + $(count skipped)))
  fi
  echo "$passed passed, $failed failed, $skipped skipped"
  exit "$status"
fi

echo "== build"
build() { dotnet build Platform.sln -c Release -nodeReuse:false -v quiet --nologo >"$log" 2>&1; }
# A first restore may fail on a slow registry and pass when asked again.
build || build || { cat "$log"; exit 1; }

passed=0 failed=0 skipped=0 status=0
# Runs a command that prints a summary of tests, shows what is not just passed, and adds up.
run() {
  set +e
  "$@" --output Detailed 2>&1 | tee "$log" | grep -vE '^(passed|Running tests|  from )'
  local ended=${PIPESTATUS[0]} more
  set -e
  [ "$ended" = 0 ] || status=$ended
  more=$(count succeeded) passed=$((passed + ${more:-0}))
  more=$(count failed) failed=$((failed + ${more:-0}))
  more=$(count skipped) skipped=$((skipped + ${more:-0}))
}

all=(dotnet test --solution Platform.sln -c Release --no-build --max-parallel-test-modules 2)
echo "== test"
if [ ${#filter[@]} != 0 ]; then
  run "${all[@]}" "${filter[@]}"
else
  # What is killed and must come back has the machine to itself, after all else. (8 is how a module says that none of its tests was asked for.)
  run "${all[@]}" --ignore-exit-code 8 --filter-not-class '*.ChaosTests' '*.CrashTests'
  echo "== test what is killed and comes back"
  run artifacts/bin/Platform.Chaos.Tests/release/Platform.Chaos.Tests --filter-class '*.ChaosTests'
  run artifacts/bin/Platform.Host.Tests/release/Platform.Host.Tests --filter-class '*.CrashTests'
fi

minimum=$(cat tests/minimum-count)
if [ ${#filter[@]} = 0 ] && [ "$((passed + skipped))" -lt "$minimum" ]; then
  echo "only $((passed + skipped)) tests ran, fewer than the $minimum of tests/minimum-count"
  status=1
fi
[ "$failed" = 0 ] || status=1
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
