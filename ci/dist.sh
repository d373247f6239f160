#!/usr/bin/env bash
# Packs what `./parity` built with a Java runtime of its own. One commit and one JDK give the same bytes.
#
#   ./parity dist [FOLDER]      writes FOLDER/parity-VERSION-linux-ARCHITECTURE.tar.gz (FOLDER: target)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${1:-$root/target}
built=$root/harness/cli/target
jar=$(find "$built" -maxdepth 1 -name 'parity-cli-*.jar')
name=$(basename "$jar" .jar)
name=parity-${name#parity-cli-}-linux-$(uname -m)
written=$(git -C "$root" log -1 --format=%ct 2> /dev/null || echo 0) # no commit is known outside of a checkout
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
home=$work/$name

mkdir -p "$home/bin" "$home/app" "$home/ci" "$folder"
cp "$root/ci/dist/parity" "$home/bin/"
cp "$jar" "$home/app/parity.jar"
cp -r "$built/lib" "$home/app/lib"
cp -r "$root/reference-logs/src/main/resources/dev/parity/reference" "$home/reference-logs"
cp -r "$root/ci/gate.sh" "$root/ci/action.yml" "$root/ci/templates" "$home/ci/"
cp "$root/ci/docker/dist.Dockerfile" "$home/Containerfile"
[ ! -f "$root/LICENSE" ] || cp "$root/LICENSE" "$home/"

listed=$("$JAVA_HOME/bin/jdeps" --ignore-missing-deps --multi-release 25 --print-module-deps "$home"/app/*.jar "$home"/app/lib/*.jar \
  2> "$work/log" | tail -n 1) || { cat "$work/log" >&2; exit 2; }
# jdk.zipfs: no jar refers to the file system of zips, it is found by name
"$JAVA_HOME/bin/jlink" --compress=zip-6 --strip-debug --vm=server --no-header-files --no-man-pages --output "$home/java" \
  --add-modules "$listed,jdk.zipfs" > "$work/log" 2>&1 || { cat "$work/log" >&2; exit 2; }

packed=$folder/$name.tar.gz
tar --create --sort=name --mtime="@$written" --owner=0 --group=0 --numeric-owner --mode=u+rwX,go=rX --format=gnu \
  --directory "$work" "$name" | gzip --no-name > "$packed"
echo "$packed: $(($(stat --format=%s "$packed") / 1048576)) MiB"
