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
: "${JAVA_HOME:=$(ls -d /usr/lib/jvm/temurin-25-* | head -n 1)}"
kernels=backends/cuda/src/main/resources/dev/parity/cuda/internal/kernels
console=org.junit.platform:junit-platform-console-standalone:1.14.4
[ -d harness/cli/target/lib ] || { echo "build first: ./parity --version"; exit 2; }
command -v nvcc > /dev/null || { echo "nvcc is not in PATH: install CUDA 13's compiler"; exit 2; }

rm -rf "$out"
mkdir -p "$out/kernels" "$out/lib" "$out/test" "$out/native"
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

cp harness/cli/target/parity-cli-*.jar "$out/lib/parity.jar"
cp -r harness/cli/target/lib "$out/lib/lib"
# what reads other tools' files and draws reports stays at home, where the results are judged
rm "$out"/lib/lib/{protobuf-java,jfreechart,org.jfree.svg}-*.jar
keep() { # of a jar's native libraries, those whose names fit
  local jar folder
  jar=$(realpath "$1")
  folder=$(mktemp -d)
  (cd "$folder" && "$JAVA_HOME/bin/jar" --extract --file "$jar" \
    && find . -type f -regex '.*\.\(so\|dll\|dylib\)' | grep -vE "$2" | xargs rm -f \
    && "$JAVA_HOME/bin/jar" --create --no-manifest --file "$jar" .)
  rm -r "$folder"
}
keep "$out"/lib/lib/zstd-jni-*.jar linux/amd64/
keep "$out"/lib/lib/cuda-*-linux-x86_64.jar 'libjni(cudart|nvrtc|nccl|cublas|cudnn)\.so'
cp backends/conformance/target/parity-conformance-*.jar "$out/test/"
"$JAVA_HOME/bin/jar" --create --file "$out/test/cuda-tests.jar" -C backends/cuda/target/test-classes .
mvn -B -q dependency:copy -Dartifact=$console -DoutputDirectory="$(realpath "$out/test")" -Dmdep.stripVersion=false
mvn -B -q dependency:copy -Dartifact=org.assertj:assertj-core:3.27.7 -DoutputDirectory="$(realpath "$out/test")"
runtime=$(dirname "$(dirname "$(realpath "$(command -v nvcc)")")")
if ! cp -L "$(find "$runtime" /usr/local/cuda/ -name libcudart.so.13 2> /dev/null | head -n 1)" "$out/native/"; then
  echo "libcudart.so.13 was not found below $runtime: the host must have it"
fi
"$JAVA_HOME/bin/jlink" --compress=zip-9 --strip-debug --vm=server --no-header-files --no-man-pages --output "$out/java" \
  --add-modules java.base,java.logging,java.management,java.xml,jdk.incubator.vector,jdk.management,jdk.unsupported,jdk.zipfs
strip "$out/java/lib/server/libjvm.so"

cat > "$out/run.sh" <<'RUN'
#!/usr/bin/env bash
# All there is to run on a GPU. Ends with 0 if everything passed.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
results=${1:-results}
mkdir -p "$results"
export LD_LIBRARY_PATH=$here/native${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
options=(--add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED "-Dparity.cuda.kernels=$here/kernels"
  "-Dorg.bytedeco.javacpp.cachedir=$results/native")
parity() { "$here/java/bin/java" "${options[@]}" -jar "$here/lib/parity.jar" "$@"; }
failed=0
step() { # a name, and a command whose output is kept
  local name=$1
  shift
  echo "== $name"
  "$@" > >(tee "$results/$name.txt") 2>&1 || { echo "$name failed with $?"; failed=1; }
}
step devices parity devices cuda
grep -q 'available *yes' "$results/devices.txt" || { echo "there is no GPU to run on"; exit 4; }
step conformance "$here/java/bin/java" "${options[@]}" -cp "$here/test/*:$here/lib/lib/*" \
  org.junit.platform.console.ConsoleLauncher execute --select-class dev.parity.cuda.CudaHardwareTest \
  --details summary --reports-dir "$results/junit"
started=$(date +%s%N)
step record parity record moe-cifar --backend cuda --set "train.steps=${STEPS:-280}" -o "$results/moe-cifar-cuda.jsonl.gz"
echo "recorded ${STEPS:-280} steps and their evaluation in $((($(date +%s%N) - started) / 1000000)) ms" | tee "$results/speed.txt"
step again parity record moe-cifar --backend cuda --set "train.steps=${STEPS:-280}" -o "$results/again.jsonl.gz"
cmp <(grep ^digest: "$results/record.txt") <(grep ^digest: "$results/again.txt") || { echo "two runs differ"; failed=1; }
[ $failed = 0 ] && echo "all passed; take $results home"
exit $failed
RUN
chmod +x "$out/run.sh"
tar --create --gzip --file "$out.tar.gz" --directory "$(dirname "$out")" "$(basename "$out")"
echo "$out: $(du -sm "$out" | cut -f 1) MiB, packed as $out.tar.gz: $(du -sm "$out.tar.gz" | cut -f 1) MiB"
