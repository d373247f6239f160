#!/bin/sh
# Builds the fakes: build.sh SOURCES OUT makes OUT/81/lib64, OUT/9x/lib64, OUT/lib with the state they share, and OUT/dev.
# Needs g++.
set -e
out=$2
mkdir -p "$out/lib" "$out/81/lib64" "$out/9x/lib64" "$out/obj" "$out/dev"
: > "$out/dev/davinci_manager" # what /dev has of a driver
cp -R "$1"/. "$out/source/"
cd "$out/source"
flags="-std=c++17 -O3 -g1 -fPIC -fno-gnu-unique -Wall -Wextra -Werror -mavx2 -mf16c -ffp-contract=off -fno-math-errno"

# the table of signatures has every function of the headers
{
  sed -n 's/^ACLNN(\([A-Za-z0-9]*\),.*/aclnn\1GetWorkspaceSize\naclnn\1/p' abi/aclnn.h
for header in acl nnopbase hccl; do
    sed '1,/^extern "C"/d' "abi/$header.h" | grep -oE '(acl|Hccl)[A-Za-z0-9]+\(' | tr -d '('
  done
} | sed 's/.*/FUNCTION(&)/' > "$out/obj/functions.inc"

compile() { # compile DIRECTORY NAME...: one object each; by name, because a class path may hold files of older builds
  directory=$1
  shift
  for name in "$@"; do
    g++ $flags -I"$out/obj" -c -o "$out/obj/${directory}_$name.o" "$directory/$name.cpp"
  done
}

# two at once
(
  compile device control memory operators settings signatures
  compile ops comparison convolution cube elements
  compile nnopbase nnopbase
) &
one=$!
(
  compile device state streams
  compile runtime memory runtime streams
  compile hccl hccl hcomm world
  compile ops activation elementwise index layout matmul norm pooling reductions softmax vector
) &
two=$!
g++ $flags -DFAMILY=1 -c -o "$out/obj/family_1.o" ops/family.cpp
g++ $flags -DFAMILY=2 -c -o "$out/obj/family_2.o" ops/family.cpp
wait $one
wait $two
cd "$out/obj"

g++ -shared -o "$out/lib/libfakeascend.so" -Wl,-soname,libfakeascend.so device_*.o ops_elements.o hccl_world.o -lpthread

link() { # link FILE OBJECT...: a library over the state
  file=$1
  shift
  g++ -shared -o "$out/$file" -Wl,-rpath,'$ORIGIN/../../lib:$ORIGIN' -Wl,-soname,"$(basename "$file")" -Wl,--no-as-needed "$@" \
    "$out/lib/libfakeascend.so" -lpthread
}

runtime="runtime_memory.o runtime_runtime.o runtime_streams.o"
vector="ops_vector.o"
math="ops_elementwise.o ops_comparison.o ops_layout.o ops_reductions.o"
nn="ops_convolution.o ops_cube.o ops_index.o ops_matmul.o ops_norm.o ops_pooling.o ops_softmax.o ops_activation.o"
link 81/lib64/libascendcl.so $runtime
link 81/lib64/libnnopbase.so nnopbase_nnopbase.o
link 81/lib64/libopapi.so $math $nn $vector family_1.o
link 81/lib64/libhccl.so hccl_hccl.o hccl_hcomm.o
link 9x/lib64/libacl_rt.so $runtime
link 9x/lib64/libascendcl.so $runtime
link 9x/lib64/libnnopbase.so nnopbase_nnopbase.o
link 9x/lib64/libopapi_math.so $math $vector family_2.o
link 9x/lib64/libopapi_nn.so $nn $vector family_2.o
link 9x/lib64/libopapi_cv.so family_2.o
link 9x/lib64/libhcomm.so hccl_hcomm.o
link 9x/lib64/libhccl.so hccl_hccl.o "$out/9x/lib64/libhcomm.so"
rm -rf "$out/obj"
