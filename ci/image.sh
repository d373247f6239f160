#!/usr/bin/env bash
# Builds the image that a distribution describes (ci/docker/dist.Dockerfile), over a Debian made here in place of the
# registry's, and judges logs in it: a good one and one that is 4 % off.
#
#   ci/image.sh        needs `./parity` built, root, debootstrap, buildah, and a mirror of Debian
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
in_store() { buildah --root "$work/images" --runroot "$work/state" --storage-driver vfs "$@"; }
export BUILDAH_ISOLATION=chroot

base=debian:$(sed -n 's/^ARG DEBIAN=//p' ci/docker/dist.Dockerfile)
release=${base#*:}
debootstrap --variant=minbase "${release%-slim}" "$work/debian" > "$work/log" || { tail "$work/log" >&2; exit 2; }
empty=$(in_store from scratch)
in_store add -q "$empty" "$work/debian" / > "$work/log"
in_store config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$empty"
in_store commit -q "$empty" "docker.io/library/$base" > "$work/log"

./parity dist "$work"
mkdir "$work/context"
tar -xzf "$work"/parity-*.tar.gz -C "$work/context" --strip-components=1
in_store bud -q -f "$work/context/Containerfile" -t parity "$work/context" > "$work/log" 2>&1 || { tail "$work/log" >&2; exit 2; }

mkdir "$work/logs"
cp docs/examples/parity-tests/logs/*.log "$work/logs"
chown -R 1500 "$work/logs" # the image's user
image=$(in_store from parity)
must_end_with() { # exit code, arguments of the image
  local expected=$1 code=0
  shift
  in_store run -v "$work/logs:/work" "$image" -- /opt/parity/bin/parity "$@" > "$work/log" 2> "$work/errors" || code=$?
  [ "$code" -eq "$expected" ] || {
    cat "$work/log" "$work/errors" >&2
    echo "image: parity $*: exit code $code, expected $expected" >&2
    exit 1
  }
}
must_end_with 0 compare gpu.log npu.log -o good
must_end_with 1 compare gpu.log npu-broken.log -o broken
test -s "$work/logs/good/report.html" && test -s "$work/logs/broken/junit.xml"
echo "image: built over $base; it passes the good log and fails the broken one"
