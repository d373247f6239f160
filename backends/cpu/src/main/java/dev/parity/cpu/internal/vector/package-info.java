/// The only place that uses the Vector API. Each element of a result is a chain of fused multiply-adds of
/// its own, so the width of the machine's vectors never changes a bit.
///
/// C2 keeps a vector in a register only where it knows its class; else it makes an object of it, 17 to 70 MB
/// a training step, and the run takes three times as long. What it knows depends on profiles that all
/// kernels share in the JDK's own methods, and on when it happens to compile. Hence these rules, which
/// `KernelRulesTest` and `KernelAllocationTest` guard:
///
/// 1. One shape per element type and JVM; only [Lanes] names a species of the JDK.
/// 2. A vector that a loop carries is never the receiver of arithmetic: `x.fma(y, sum)`, `v.max(largest)`,
///    not `sum.add(x)`: a receiver's class is asked for, an argument's is not.
/// 3. No vector crosses a method, a field or an array.
/// 4. A scalar is broadcast once, before the loop, and is the receiver: `factor.mul(x)`, not `x.mul(2)`,
///    which broadcasts by the species that it finds in `x`.
/// 5. Kernels stay well under the 18,000 nodes that C2 parses before it gives up inlining.
@NullMarked
package dev.parity.cpu.internal.vector;

import org.jspecify.annotations.NullMarked;
