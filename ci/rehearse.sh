#!/usr/bin/env bash
# Rehearses a pipeline with what `./parity dist` packs: three folders stand for three machines, which share nothing but
# the artifacts that are copied. They have neither Java nor Maven; models of devices stand for devices.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seeds=(--seeds 1..4)
margin=(--set margins.loss=0.02) # what so few seeds can decide

say() { echo "rehearse: $*"; }
must() { # a text, an exit code, and a command that ends with it
  local text=$1 expected=$2 code=0
  shift 2
  "$@" > "$work/out" 2>&1 || code=$?
  [ "$code" -eq "$expected" ] || { cat "$work/out" >&2; say "$text: exit code $code, expected $expected" >&2; exit 1; }
  say "$text: exit code $code"
}
on() { # runs a command on a machine
  local machine=$1
  shift
  (cd "$work/$machine" && exec env -i PATH="$work/path" HOME="$work/$machine" "$@")
}

./parity dist "$work/first"
./parity dist "$work/second" > /dev/null
cmp "$work"/first/*.tar.gz "$work"/second/*.tar.gz
say "packed twice, the same bytes"

mkdir "$work/path"
for tool in bash cat dirname env grep locale mkdir readlink rm sh; do # all that the launcher and the gate call
  ln -s "$(command -v "$tool")" "$work/path/$tool"
done
for machine in gpu npu judge; do
  mkdir -p "$work/$machine/parity"
  tar --extract --file "$work"/first/*.tar.gz --strip-components 1 --directory "$work/$machine/parity"
done

must "help" 0 on judge parity/bin/parity --help
must "the reference logs, which say that their scalers differ" 3 on judge sh -c \
  'parity/bin/parity compare parity/reference-logs/*GPU*.log parity/reference-logs/*NPU*.log -o logs'
grep -q 'loss-scaler (zero against unfused)' "$work/out"
must "a short run, which decides nothing" 3 on judge parity/bin/parity run moe-cifar \
  --set study.seeds=1 --set train.steps=20 --set data.testItems=40 -o short
must "a backend that is not there" 4 on judge parity/bin/parity record moe-cifar --backend cuda -o none.jsonl.gz

copy() { # the artifact of a machine, to the machine that judges
  rm -rf "$work/judge/$1"
  cp -r "$work/$1/$1" "$work/judge/$1"
}
must "the GPU records" 0 on gpu parity/ci/gate.sh record moe-cifar cuda-model gpu "${seeds[@]}"
copy gpu
must "the judge, before the NPU has recorded" 2 on judge parity/ci/gate.sh judge gpu npu report
must "the NPU records" 0 on npu parity/ci/gate.sh record moe-cifar ascend-model:910b npu "${seeds[@]}"
copy npu
judge=(env GITHUB_STEP_SUMMARY=summary.md parity/ci/gate.sh judge gpu npu report "${margin[@]}")
must "the judge" 0 on judge "${judge[@]}"
grep -qE "PASS|WARN" "$work/judge/summary.md"
grep -q '<testsuite .*failures="0"' "$work/judge/report/junit.xml"
must "the NPU records with a fault" 0 on npu parity/ci/gate.sh record moe-cifar ascend-model:910b npu "${seeds[@]}" \
  --fault weight-gradient-scale=0.03
copy npu
must "the judge of the fault" 1 on judge "${judge[@]}"
grep -q FAIL "$work/judge/summary.md"
grep -q '<testsuite .*failures="[1-9]' "$work/judge/report/junit.xml"
for file in report.html result.json; do
  [ -s "$work/judge/report/$file" ] || { say "the judge left no $file" >&2; exit 1; }
done

# the template itself, by a runner of GitLab pipelines that ci/lint.sh installed
runner=$PWD/ci/target/lint/node_modules/.bin/gitlab-ci-local
[ -x "$runner" ] || { say "run ci/lint.sh first: it installs $runner" >&2; exit 2; }
mkdir "$work/project"
cp ci/templates/gitlab.yml "$work/project/.gitlab-ci.yml"
git -C "$work/project" init --quiet
git -C "$work/project" add .
cd "$work/project"
job() {
  must "GitLab's job $1" 0 "$runner" --shell-isolation --variable PARITY_HOME="$work/judge/parity" --variable PARITY_SEEDS=1..1 "$@"
}
job parity-gpu --variable BACKEND=cuda-model
job parity-npu --variable BACKEND=ascend-model:910b
job parity-judge
[ -s report/junit.xml ] || { say "GitLab's job left no report" >&2; exit 1; }
say "a pipeline passes, and fails where it must"
