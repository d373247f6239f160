# shellcheck shell=bash disable=SC2154
# What the kits for hosts with a device have in common; to be sourced from the checkout's root, with `out` set.
console=org.junit.platform:junit-platform-console-standalone:1.14.4
: "${JAVA_HOME:=$(ls -d /usr/lib/jvm/temurin-25-* | head -n 1)}"
[ -d harness/cli/target/lib ] || { echo "build first: ./parity --version"; exit 2; }

keep() { # of a jar's native libraries, those whose names fit
  local jar folder
  jar=$(realpath "$1")
  folder=$(mktemp -d)
  (cd "$folder" && "$JAVA_HOME/bin/jar" --extract --file "$jar" \
    && find . -type f -regex '.*\.\(so\|dll\|dylib\)' | grep -vE "$2" | xargs rm -f \
    && "$JAVA_HOME/bin/jar" --create --no-manifest --file "$jar" .)
  rm -r "$folder"
}

pack_jars() { # the program, without what reads other tools' files and draws reports: results are judged at home
  mkdir -p "$out/lib"
  cp harness/cli/target/parity-cli-*.jar "$out/lib/parity.jar"
  cp -r harness/cli/target/lib "$out/lib/lib"
  rm "$out"/lib/lib/{protobuf-java,jfreechart,org.jfree.svg}-*.jar
  keep "$out"/lib/lib/zstd-jni-*.jar 'linux/(amd64|aarch64)/'
}

pack_tests() { # of a backend, and what runs them
  mkdir -p "$out/test"
  cp backends/conformance/target/parity-conformance-*.jar "$out/test/"
  "$JAVA_HOME/bin/jar" --create --file "$out/test/$1-tests.jar" -C "backends/$1/target/test-classes" .
  mvn -B -q dependency:copy -Dartifact=$console -DoutputDirectory="$(realpath "$out/test")" -Dmdep.stripVersion=false
  mvn -B -q dependency:copy -Dartifact=org.assertj:assertj-core:3.27.7 -DoutputDirectory="$(realpath "$out/test")"
}

pack_java() { # for hosts of this machine's processor
  "$JAVA_HOME/bin/jlink" --compress=zip-9 --strip-debug --vm=server --no-header-files --no-man-pages --output "$out/java" \
    --add-modules java.base,java.logging,java.management,java.xml,jdk.incubator.vector,jdk.management,jdk.unsupported,jdk.zipfs
  strip "$out/java/lib/server/libjvm.so"
}

finish() { # what runs there, with the settings of standard input
  cat > "$out/kit.conf"
  cp ci/kit/run.sh "$out/run.sh"
  chmod +x "$out/run.sh"
  tar --create --gzip --file "$out.tar.gz" --directory "$(dirname "$out")" "$(basename "$out")"
  echo "$out: $(du -sm "$out" | cut -f 1) MiB, packed as $out.tar.gz: $(du -sm "$out.tar.gz" | cut -f 1) MiB"
}
