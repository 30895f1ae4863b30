#!/bin/sh
# Starts an S3 server with the keys of the environment, whose configuration lies in memory.
set -eu
cat >/tmp/s3.json <<CONFIG
{"identities":[{"name":"hub","credentials":[{"accessKey":"$HUB_S3_ACCESS_KEY","secretKey":"$HUB_S3_SECRET_KEY"}],"actions":["Admin","Read","Write","List"]}]}
CONFIG
# Its parts talk to one another inside this container; only the S3 door is for others.
exec weed server -dir=/data -ip=127.0.0.1 -ip.bind=0.0.0.0 -s3 -s3.config=/tmp/s3.json
