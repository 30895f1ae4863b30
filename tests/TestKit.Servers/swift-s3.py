"""An S3 server for tests: OpenStack Swift with its s3api, all four servers in one process, on one disk.

usage: swift-s3.py FOLDER PORT   (access key hub:test, secret key testing, region us-east-1)
Says "ready" once it answers. Signatures are checked, as on any server that people use.
"""
import os
import sys

import eventlet
import eventlet.wsgi

eventlet.monkey_patch()

from swift.common import storage_policy, utils  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.wsgi import loadapp  # noqa: E402

PROXY = """
[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats s3api tempauth slo dlo copy proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
min_segment_size = 1
[filter:tempauth]
use = egg:swift#tempauth
user_hub_test = testing .admin
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[filter:copy]
use = egg:swift#copy
"""

BACKEND = """
[DEFAULT]
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
fallocate_reserve = 0
[pipeline:main]
pipeline = {kind}
[app:{kind}]
use = egg:swift#{kind}
"""


class Quiet:
    def write(self, *_):
        pass


def serve(name, text, socket):
    path = os.path.join(folder, name + ".conf")
    with open(path, "w") as file:
        file.write(text)
    app = loadapp(path, global_conf={"log_level": "ERROR"})
    eventlet.spawn(eventlet.wsgi.server, socket, app, Quiet(), log_output=False, keepalive=True)


folder, port = os.path.abspath(sys.argv[1]), int(sys.argv[2])
os.makedirs(os.path.join(folder, "devices", "d1"), exist_ok=True)
utils.HASH_PATH_SUFFIX, utils.HASH_PATH_PREFIX = b"hub", b"test"
policies = storage_policy.StoragePolicyCollection([storage_policy.StoragePolicy(0, "one", is_default=True)])
storage_policy._POLICIES = policies
for kind in ("account", "container", "object"):
    socket = eventlet.listen(("127.0.0.1", 0))
    builder = RingBuilder(2, 1, 0)
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": socket.getsockname()[1], "device": "d1", "weight": 1.0})
    builder.rebalance()
    builder.get_ring().save(os.path.join(folder, kind + ".ring.gz"))
    serve(kind, BACKEND.format(folder=folder, kind=kind), socket)
serve("proxy", PROXY.format(folder=folder), eventlet.listen(("127.0.0.1", port)))
print("ready", flush=True)
while True:
    eventlet.sleep(3600)
