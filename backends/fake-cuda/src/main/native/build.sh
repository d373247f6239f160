#!/bin/sh
# Builds the fakes: build.sh SOURCES OUT makes OUT/lib, OUT/bin and OUT/source. Needs g++ and gcc.
set -e
out=$2
mkdir -p "$out/lib" "$out/bin" "$out/obj" "$out/source"
cp -R "$1"/. "$out/source/"
cd "$out/source"
flags="-std=c++17 -O2 -g1 -fPIC -Wall -Wextra -Werror -mavx2 -mfma -mf16c -ffp-contract=off -fno-math-errno"

# body NAME STATEMENT: a weak body for every symbol of symbols/NAME.txt that the JNI libraries refer to
body() {
  echo 'int fakecuda_unimplemented(const char *);'
  while read -r symbol; do
    echo "__attribute__((weak)) int $symbol(void) { return $2; }" | sed "s/SYMBOL/\"$symbol\"/"
  done < "symbols/$1.txt"
}

compile() { # compile DIRECTORY...: one object each
  for source in $(ls "$@"); do
    g++ $flags -c -o "$out/obj/$(echo "$source" | tr / _).o" "$source"
  done
}

(compile driver/entry*.cpp driver/[a-d]*.cpp) &
one=$!
(compile abi/*.cpp driver/[f-z]*.cpp nvrtc/*.cpp) &
two=$!
body cuda 'fakecuda_unimplemented(SYMBOL)' > "$out/obj/cuda.c"
body cudart 801 > "$out/obj/cudart.c"
body nvrtc 7 > "$out/obj/nvrtc.c"
for name in cuda cudart nvrtc; do
  gcc -w -O1 -fPIC -c -o "$out/obj/$name.missing.o" "$out/obj/$name.c"
done
wait $one
wait $two

link() { # link SONAME OBJECT...: a library whose symbols have its name as their version, as NVIDIA's do
  soname=$1
  shift
  echo "$soname { global: *; };" > "$out/obj/$soname.map"
  g++ -shared -o "$out/lib/$soname" -Wl,-soname,"$soname" -Wl,--version-script="$out/obj/$soname.map" \
    -Wl,-rpath,'$ORIGIN' "$@" -ldl -lpthread
}

g++ -shared -o "$out/lib/libcuda.so.1" -Wl,-soname,libcuda.so.1 "$out"/obj/abi_*.o "$out"/obj/driver_*.o \
  "$out/obj/cuda.missing.o" -ldl -lpthread
link libcudart.so.13 "$out/obj/cudart.missing.o" "$out/lib/libcuda.so.1"
link libnvrtc.so.13 "$out/obj/nvrtc_nvrtc.cpp.o" "$out/obj/nvrtc_host_build.cpp.o" "$out/obj/nvrtc_rewrite.cpp.o" \
  "$out/obj/nvrtc.missing.o" "$out/lib/libcuda.so.1"
g++ -o "$out/bin/fakenvcc" "$out/obj/nvrtc_fakenvcc.cpp.o" "$out/obj/nvrtc_host_build.cpp.o" \
  "$out/obj/nvrtc_rewrite.cpp.o" -ldl
rm -rf "$out/obj"
