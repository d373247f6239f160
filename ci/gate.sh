#!/bin/sh
# What a pipeline runs, on any CI system: two jobs record, a third one judges. The templates beside it only call this.
#
#   ci/gate.sh record SCENARIO BACKEND FOLDER [OPTIONS of parity record]       on a machine with the device
#   ci/gate.sh judge REFERENCE CANDIDATE REPORT [OPTIONS of parity compare]    on any machine: folders of traces or logs
#
# Parity is the checkout or the unpacked distribution that this file stands in. judge leaves report.html, junit.xml and
# result.json in REPORT, and a summary in the file that GITHUB_STEP_SUMMARY names. Exit codes are Parity's:
# 0 PASS or WARN, 1 FAIL, 2 wrong usage or unreadable input, 3 INVALID or INCONCLUSIVE, 4 a device or a run broke.
set -eu

home=$(cd "$(dirname "$0")/.." && pwd)
parity=$home/bin/parity
[ -x "$parity" ] || parity=$home/parity

refuse() {
  echo "gate: $1; see the head of $0" >&2
  exit 2
}

record() {
  [ $# -ge 3 ] || refuse "expected record SCENARIO BACKEND FOLDER, found $# words after record"
  scenario=$1 backend=$2 folder=$3
  shift 3
  mkdir -p "$folder"
  # a machine keeps its folders from one pipeline to the next: what an older one recorded must not be judged
  rm -f "$folder"/seed*.jsonl.gz "$folder"/seed*.jsonl.gz.checkpoint
  "$parity" record "$scenario" --backend "$backend" -o "$folder/seed%d.jsonl.gz" "$@"
}

judge() {
  [ $# -ge 3 ] || refuse "expected judge REFERENCE CANDIDATE REPORT, found $# words after judge"
  reference=$1 candidate=$2 report=$3
  shift 3
  [ -z "${GITHUB_STEP_SUMMARY:-}" ] || set -- --md "$GITHUB_STEP_SUMMARY" "$@"
  "$parity" compare "$reference" "$candidate" -o "$report" "$@"
}

task=${1:-}
[ $# -eq 0 ] || shift
case $task in
  record) record "$@" ;;
  judge) judge "$@" ;;
  *) refuse "expected record or judge, found '$task'" ;;
esac
