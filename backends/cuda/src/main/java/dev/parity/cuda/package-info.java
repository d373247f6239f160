/// NVIDIA GPUs: the driver API, kernels of our own, and NVIDIA's libraries where a scenario asks for them.
@NullMarked
package dev.parity.cuda;

import org.jspecify.annotations.NullMarked;
