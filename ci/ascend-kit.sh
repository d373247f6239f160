#!/usr/bin/env bash
# Makes a folder that runs all there is to run on a host with Huawei NPUs: our jars, and a Java for hosts of this
# machine's processor; others need Java 25 of their own. The host needs driver, firmware and CANN with its environment
# (set_env.sh), and no Maven and no network.
#
#   ci/ascend-kit.sh OUT      here, with a JDK 25; needs `./parity` built
#   OUT/run.sh [RESULTS]      there; leaves traces, test results and a log in RESULTS (results)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=${1:?"usage: ci/ascend-kit.sh OUT"}
. ci/kit/pack.sh

rm -rf "$out"
pack_jars
rm -f "$out"/lib/lib/{cuda,javacpp}-*.jar # of another device
pack_tests ascend
pack_java
finish << 'CONF'
device=ascend
tests=dev.parity.ascend.AscendHardwareTest
CONF
