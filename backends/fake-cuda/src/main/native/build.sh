#!/bin/sh
# Builds the fakes: build.sh SOURCES OUT makes OUT/lib, OUT/bin and OUT/source. Needs g++ and gcc.
set -e
out=$2
mkdir -p "$out/lib" "$out/bin" "$out/obj" "$out/source"
cp -R "$1"/. "$out/source/"
cd "$out/source"
flags="-std=c++17 -O2 -g1 -fPIC -Wall -Wextra -Werror -mavx2 -mfma -mf16c -ffp-contract=off -fno-math-errno"

compile() { # compile DIRECTORY NAME...: one object each; by name, because a class path may hold files of older builds
  directory=$1
  shift
  for name in "$@"; do
    g++ $flags -c -o "$out/obj/${directory}_$name.o" "$directory/$name.cpp"
  done
}

missing() { # missing NAME CODE: a body that gives the code for every symbol of symbols/NAME.txt that the fake has not
  {
    echo 'int fakecuda_unimplemented(const char *);'
    sed 's/.* //' "symbols/$1.txt" | while read -r symbol; do
      echo "__attribute__((weak)) int $symbol(void) { fakecuda_unimplemented(\"$symbol\"); return $2; }"
    done
  } > "$out/obj/$1.c"
  gcc -w -O1 -fPIC -c -o "$out/obj/$1.missing.o" "$out/obj/$1.c"
}

# two at once
(
  compile driver calls captures control entry_device entry_graphs entry_memory entry_modules entry_streams faults images
  compile nccl nccl world
) &
one=$!
(
  compile abi fiber scheduler
  compile driver launch memory recorder settings streams
  compile library library
  compile nvrtc fakenvcc host_build nvrtc rewrite
  compile cublas cublaslt
  compile cudnn cudnn
) &
two=$!
missing cuda 801
missing cudart 801
missing nvrtc 7
missing nccl 5
missing cublas 15
missing cublasLt 15
missing cudnn 3000
wait $one
wait $two

g++ -shared -o "$out/lib/libcuda.so.1" -Wl,-soname,libcuda.so.1 "$out"/obj/abi_*.o "$out"/obj/driver_*.o \
  "$out"/obj/library_*.o "$out/obj/cuda.missing.o" -ldl -lpthread

link() { # link SONAME OBJECT...: a library over the driver's; the versions of its symbols are in obj/SONAME.map
  soname=$1
  shift
  g++ -shared -o "$out/lib/$soname" -Wl,-soname,"$soname" -Wl,--version-script="$out/obj/$soname.map" \
    -Wl,-rpath,'$ORIGIN' "$@" "$out/lib/libcuda.so.1" -ldl -lpthread
}

named() { # named SONAME OBJECT...: the same, where symbols have the library's name as their version, as NVIDIA's do
  echo "$1 { global: *; };" > "$out/obj/$1.map"
  link "$@"
}

named libcudart.so.13 "$out/obj/cudart.missing.o"
named libnvrtc.so.13 "$out/obj/nvrtc_nvrtc.o" "$out/obj/nvrtc_host_build.o" "$out/obj/nvrtc_rewrite.o" \
  "$out/obj/nvrtc.missing.o"
named libnccl.so.2 "$out"/obj/nccl_*.o "$out/obj/nccl.missing.o"
named libcublas.so.13 "$out/obj/cublas.missing.o"
named libcublasLt.so.13 "$out/obj/cublas_cublaslt.o" "$out/obj/cublasLt.missing.o"

# cuDNN is four libraries; here one holds all, under the versions of the four, and the others exist
awk '{ symbols[$1] = symbols[$1] $2 "; " } END { for (v in symbols) print v " { global: " symbols[v] "};" }' \
  symbols/cudnn.txt > "$out/obj/libcudnn_graph.so.9.map"
link libcudnn_graph.so.9 "$out/obj/cudnn_cudnn.o" "$out/obj/cudnn.missing.o"
for part in libcudnn_ops.so.9 libcudnn_cnn.so.9 libcudnn_adv.so.9 libcudnn.so.9; do
  echo "int fake_$(echo "$part" | tr . _);" > "$out/obj/part.c"
  gcc -fPIC -c -o "$out/obj/part.o" "$out/obj/part.c"
  named "$part" "$out/obj/part.o" -Wl,--no-as-needed "$out/lib/libcudnn_graph.so.9"
done

g++ -o "$out/bin/fakenvcc" "$out/obj/nvrtc_fakenvcc.o" "$out/obj/nvrtc_host_build.o" \
  "$out/obj/nvrtc_rewrite.o" -ldl
rm -rf "$out/obj"
