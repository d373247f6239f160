// What the fakes of NVIDIA's libraries (NCCL, cuBLASLt, cuDNN) use of the fake driver.
#pragma once
#include "../driver/codes.h"
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

struct CUstream_st;

namespace fake {

/// Takes the driver's lock, counts a call and lets it fail if a test wants it to.
///
/// @param body runs under the lock and gives the library's own status
/// @return what body gives, or the planned failure
int libraryCall(const char *function, const std::function<int()> &body);

/// Adds work to a stream of the current context.
///
/// @param run under the lock; 0, a driver's error, or -1 if it has to wait and is to be called again
/// @param meetings with other ranks
/// @return 0, or why the driver does not take it
Result addWork(CUstream_st *stream, const std::string &name, std::function<Result()> run,
               const std::vector<const void *> &meetings = {});

/// Whether the bytes lie inside one allocation of the device.
bool isDeviceMemory(const void *start, size_t bytes);

/// Notes an object of a library that has to be given back, and that it was.
void born(const void *handle, const std::string &kind, const std::string &name);
void gone(const void *handle);

/// The device of this thread's context, -1 if it has none.
int currentDevice();

/// Advances the streams that hold work of a meeting, and wakes threads that wait for it.
void meet(const void *meeting);

/// Waits for other threads, with the lock let go.
void pause(int milliseconds);

int timeoutMilliseconds();

void note(const std::string &line);

} // namespace fake
