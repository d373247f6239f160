// Makes C++ of preprocessed CUDA C++.
#pragma once
#include <string>

namespace fake {

/// Replaces what g++ does not know, line for line:
/// - `__global__` and `__launch_bounds__(…)` go; a table of the kernels with C linkage is written below the source;
/// - `__shared__ T a[n];` becomes a static variable that each block poisons (device/fake_shared.h);
/// - `extern __shared__ T a[];` becomes a pointer to the block's dynamic shared memory.
///
/// Works on preprocessed text, because kernels may be made by macros.
std::string rewrite(const std::string &preprocessed);

} // namespace fake
