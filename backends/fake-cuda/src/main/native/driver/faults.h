// A fault of the processor inside a kernel becomes an error of its launch.
#pragma once
#include <functional>
#include <string>

namespace fake {

/// Installs the signal handlers. Faults outside of kernels go on to the handler before, the virtual machine's.
void catchFaults();

/// Runs a kernel; the caller holds the driver's lock.
///
/// @return what the processor found wrong and where, empty if nothing
std::string guarded(const std::function<void()> &kernel);

} // namespace fake
