# Sourced by demo.sh: starts deploy/docker-compose.yml with secrets of its own and fetches the client's profile.
say "starting the platform: RabbitMQ, MongoDB, object storage, the services, two compilers, two farm hosts"
# Clients and containers reach the published ports under the same address, which signed addresses name.
HUB_ADDRESS=${HUB_ADDRESS:-$(hostname -I | cut -d' ' -f1)}
mkdir -p "$work"
if [ ! -f "$work/compose.env" ]; then
  (umask 077; for name in HUB_SERVICE_TOKEN HUB_RABBIT_PASSWORD HUB_S3_SECRET_KEY; do echo "$name=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"; done >"$work/compose.env")
fi
set -a
. "$work/compose.env"
set +a
export HUB_ADDRESS HUB_TOOLCHAINS
compose() { docker compose -f "$root/deploy/docker-compose.yml" "$@"; }
trap 'compose down --timeout 60 >/dev/null 2>&1 || true' EXIT
# What these need is started with them, in order; the job that makes the replica set ends, which only they may wait for.
compose up --build --detach --wait --wait-timeout 900 gateway compiler farm-host || { compose logs --tail 40 >&2; fail "the platform did not start"; }
compose exec -T gateway cat /run/hub/config.toml >"$HUB_CONFIG"
