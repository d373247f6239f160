/// What all backends on host memory share: ranks, plans of steps over arrays that never move, and the
/// memory in which ranks meet. No arithmetic: that comes from [HostBackend.Kernels].
@NullMarked
package dev.parity.cpu.internal.host;

import org.jspecify.annotations.NullMarked;
