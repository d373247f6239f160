#!/usr/bin/env bash
# All there is to run on the device of this kit. Ends with 0 if everything passed, 4 if there is no device.
#
#   ./run.sh [RESULTS]      leaves traces, test results and a log in RESULTS (results)
# shellcheck disable=SC2154 # kit.conf sets device and tests
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
results=${1:-results}
mkdir -p "$results"
options=(--add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED)
. "$here/kit.conf" # sets device and tests, and may add options

java=$here/java/bin/java
if ! "$java" -version > /dev/null 2>&1; then # the kit was made on another kind of processor
  java=${JAVA_HOME:+$JAVA_HOME/bin/}java
  "$java" --list-modules 2> /dev/null | grep -q '^java.base@2[5-9]' || {
    echo "the kit's Java does not run here, and JAVA_HOME and PATH have no Java 25: unpack one for $(uname -m) and set JAVA_HOME"
    exit 2
  }
fi
parity() { "$java" "${options[@]}" -jar "$here/lib/parity.jar" "$@"; }
failed=0
step() { # a name, and a command whose output is kept
  local name=$1
  shift
  echo "== $name"
  "$@" > >(tee "$results/$name.txt") 2>&1 || { echo "$name failed with $?"; failed=1; }
}
record() { parity record moe-cifar --backend "$device" --set "train.steps=${STEPS:-280}" -o "$1"; }

step devices parity devices "$device"
grep -q 'available *yes' "$results/devices.txt" || { echo "there is no device to run on"; exit 4; }
step conformance "$java" "${options[@]}" -cp "$here/test/*:$here/lib/lib/*" \
  org.junit.platform.console.ConsoleLauncher execute --select-class "$tests" --details summary --reports-dir "$results/junit"
grep -ho '[a-z]*-model:.*equal bits.*' "$results"/junit/*.xml | tee "$results/probe.txt" # which models compute as the device does
started=$(date +%s%N)
step record record "$results/moe-cifar-$device.jsonl.gz"
echo "recorded ${STEPS:-280} steps and their evaluation in $((($(date +%s%N) - started) / 1000000)) ms" | tee "$results/speed.txt"
step again record "$results/again.jsonl.gz"
cmp <(grep ^digest: "$results/record.txt") <(grep ^digest: "$results/again.txt") || { echo "two runs differ"; failed=1; }
[ $failed = 0 ] && echo "all passed; take $results home"
exit $failed
