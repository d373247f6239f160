#!/usr/bin/env bash
# Measures how long commands take from start to end, beside `java -version` in the same run: medians, and their ratio.
#
#   ci/startup.sh [REPEATS]      needs `./parity` built
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
repeats=${1:-9}
: "${JAVA_HOME:=$(ls -d /usr/lib/jvm/temurin-25-* | head -n 1)}"
logs=reference-logs/src/main/resources/dev/parity/reference
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

milliseconds() { # of a command, whatever it says
  local started
  started=$(date +%s%N)
  "$@" > /dev/null 2>&1 || true
  echo $((($(date +%s%N) - started) / 1000000))
}
jvm() { "$JAVA_HOME/bin/java" -version; }
help() { ./parity --help; }
compare() { ./parity compare "$logs"/*GPU*.log "$logs"/*NPU*.log -o "$out/report"; }

for ((i = 0; i <= repeats; i++)); do # the first round warms the machine
  for command in jvm help compare; do
    milliseconds "$command" >> "$out/$command.$((i > 0))"
  done
done
median() { sort -n "$out/$1.1" | sed -n "$(((repeats + 1) / 2))p"; }
for command in jvm help compare; do
  awk -v name="$command" -v took="$(median "$command")" -v jvm="$(median jvm)" \
    'BEGIN { printf "%s: %d ms, %.1f times java -version\n", name, took, took / jvm }'
done
