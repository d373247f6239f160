#!/usr/bin/env bash
# Builds the sample project from installed artifacts, and sees its gates fail.
#   ci/examples.sh                 installs them into the local repository first
#   ci/examples.sh --installed     takes those that are there, offline
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
sample=docs/examples/parity-tests
options=(-B -ntp)

if [ "${1:-}" = --installed ]; then
  options+=(-o)
else
  mvn -B -ntp -q -DskipTests -Dspotless.check.skip -am \
    -pl harness/junit,harness/testng,harness/maven,scenarios,backends/cpu,backends/cuda install
fi

count() { # the tests of a class, or what of them is named by the second word
  sed -n "s/.*<testsuite .* name=\"example.$1\".* $2=\"\([0-9]*\)\".*/\1/p" "$sample/target/surefire-reports/TEST-example.$1.xml"
}

must_be() { # what, found, expected
  test "$2" "$3" "$4" || { echo "examples: $1: found $2, expected $3 $4" >&2; exit 1; }
}

mvn "${options[@]}" -f "$sample/pom.xml" clean verify
must_be "tests of PortTest" "$(count PortTest tests)" -ge 50
must_be "failures of PortTest" "$(count PortTest failures)" -eq 0
must_be "tests of PortSuite" "$(count PortSuite tests)" -eq 4
test -s "$sample/target/parity/report.html" && test -s "$sample/target/parity/junit.xml" && test -s "$sample/target/parity/parity.md"

out=$(mktemp)
trap 'rm -f "$out"' EXIT
if mvn "${options[@]}" -f "$sample/pom.xml" -DskipTests -Dparity.candidate=logs/npu-broken.log verify > "$out"; then
  echo "examples: parity:check passed a log that is 4 % off" >&2
  exit 1
fi
for words in 'FAIL: ' 'loss-whole: FAIL: ' 'margin 1.000 %' 'again: ./parity compare'; do
  grep -q -- "$words" "$out" || { cat "$out"; echo "examples: parity:check did not say '$words'" >&2; exit 1; }
done
echo "examples: the sample project is built, and its gate fails where it must"
