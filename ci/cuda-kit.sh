#!/usr/bin/env bash
# Makes a folder that runs all there is to run on a host with an NVIDIA GPU: its own Java, our jars, kernels compiled
# for the architectures given (80 and 90). The host needs the driver, and nothing else: no Maven, no Java, no network.
#
#   ci/cuda-kit.sh OUT [ARCHITECTURE...]      here, with nvcc and a JDK 25; needs `./parity` built
#   OUT/run.sh [RESULTS]                      there; leaves traces, test results and a log in RESULTS (results)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=${1:?"usage: ci/cuda-kit.sh OUT [ARCHITECTURE...]"}
shift
architectures=("$@")
[ $# -gt 0 ] || architectures=(80 90)
. ci/kit/pack.sh
kernels=backends/cuda/src/main/resources/dev/parity/cuda/internal/kernels
command -v nvcc > /dev/null || { echo "nvcc is not in PATH: install CUDA 13's compiler"; exit 2; }

rm -rf "$out"
mkdir -p "$out/kernels" "$out/native"
compile() { # a file, a type and architectures: for each one a binary and a text
  local file=$1 type=$2 architecture name
  shift 2
  name=$out/kernels/$(basename "$file" .cu).$(tr '[:upper:]' '[:lower:]' <<< "$type")
  for architecture in "$@"; do
    nvcc -std=c++17 --fmad=false "-D$type" -cubin "-arch=sm_$architecture" -o "$name.sm_$architecture.cubin" "$file" \
      && nvcc -std=c++17 --fmad=false "-D$type" -ptx "-arch=compute_$architecture" -o "$name.sm_$architecture.ptx" "$file" \
      || return 1
  done
}
export -f compile
export out
for file in "$kernels"/*.cu; do
  for type in FP32 FP16 BF16; do
    echo "$file $type ${architectures[*]}"
  done
done | xargs -P "$(nproc)" -L 1 bash -c 'compile "$@"' compile # fails if one of them does
(cd "$kernels" && LC_ALL=C cat parity.cuh products.cuh ./*.cu) | sha256sum | cut -d ' ' -f 1 > "$out/kernels/sources.sha256"

pack_jars
keep "$out"/lib/lib/cuda-*-linux-x86_64.jar 'libjni(cudart|nvrtc|nccl|cublas|cudnn)\.so'
pack_tests cuda
pack_java
runtime=$(dirname "$(dirname "$(realpath "$(command -v nvcc)")")")
if ! cp -L "$(find "$runtime" /usr/local/cuda/ -name libcudart.so.13 2> /dev/null | head -n 1)" "$out/native/"; then
  echo "libcudart.so.13 was not found below $runtime: the host must have it"
fi
finish << 'CONF'
device=cuda
tests=dev.parity.cuda.CudaHardwareTest
export LD_LIBRARY_PATH=$here/native${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
options+=("-Dparity.cuda.kernels=$here/kernels" "-Dorg.bytedeco.javacpp.cachedir=$results/native")
CONF
