// Tells the host how far a stream has come: which Op is at work when the device fails.
extern "C" __global__ void mark(int* progress, int op) { *progress = op; }
