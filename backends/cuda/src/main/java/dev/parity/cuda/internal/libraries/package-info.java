/// NVIDIA's libraries as other ways to compute the same Ops: cuBLASLt, cuDNN, NCCL.
@NullMarked
package dev.parity.cuda.internal.libraries;

import org.jspecify.annotations.NullMarked;
