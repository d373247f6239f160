// Tells the host how far a stream has come: which Op is at work when the device fails.
#include "parity.cuh"

extern "C" __global__ void NAMED(mark)(int* progress, int op) { *progress = op; }
