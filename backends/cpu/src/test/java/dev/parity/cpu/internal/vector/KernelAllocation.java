package dev.parity.cpu.internal.vector;

import static dev.parity.cpu.internal.vector.Twins.random;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/// A program of its own: calls every kernel until it is compiled, then prints the bytes it allocates a call.
///
/// Run it with `-Xbatch`, so that a call waits for the compiler.
final class KernelAllocation {
    /// Calls until C2 has compiled a kernel and what it calls, twice over.
    private static final int WARM_UP = 25_000;

    private static final int CALLS = 200;
    private static final int TERMS = 75;
    private static final int WINDOWS = 60;
    private static final int LENGTH = 1003;
    private static final int[] CORNERS = {0, 6, 192, 198};

    private KernelAllocation() {}

    /// A kernel on data of its own.
    ///
    /// @param method of the package
    /// @param variant which of its ways is taken
    /// @param call calls it
    record Kernel(String method, String variant, Runnable call) {}

    static List<Kernel> kernels() {
        float[] x = random(1 << 14, 1);
        float[] w = random(1 << 14, 2);
        float[] y = new float[1 << 14];
        float[] a = random(LENGTH, 3);
        float[] b = random(LENGTH, 4);
        float[] c = random(LENGTH, 5);
        float[] to = new float[LENGTH];
        float[] m = new float[LENGTH];
        float[] v = new float[LENGTH];
        int[] even = new int[TERMS];
        Arrays.setAll(even, t -> t * 100);
        int[] odd = new int[TERMS];
        Arrays.setAll(odd, t -> t * 100 + 50);
        VectorConvolution.Terms terms = new VectorConvolution.Terms(even, odd);
        int[] place = new int[64];
        Arrays.setAll(place, i -> i * 12);
        int[] winner = new int[512];
        Arrays.setAll(winner, i -> i % 64 * 12 + CORNERS[i & 3]);
        int[] written = new int[512];
        int[] events = new int[64];
        Arrays.setAll(events, i -> i * 18);
        float[] sums = new float[VectorElements.SUMS];
        VectorElements.Adam adam = new VectorElements.Adam(1, .9f, .1f, .999f, .001f, .5f, 1e-8f, .999f, 1e-3f);
        boolean[] found = new boolean[1];
        int[] exponents = new int[1 << 14];
        int[] rows = new int[TERMS];
        Arrays.setAll(rows, t -> t * 20);
        int[] ends = {16, 32, TERMS - 1};
        VectorTruncated.Row scalars = new VectorTruncated.Row(w, exponents, rows, ends);
        double[] wide = new double[1 << 14];
        Arrays.setAll(wide, i -> x[i]);
        double[] values = new double[TERMS];
        Arrays.setAll(values, i -> w[i]);
        VectorTruncated.Step narrow = new VectorTruncated.Step(scalars, 24, 0, 20);
        narrow.right(x, exponents);
        VectorTruncated.Step broad = new VectorTruncated.Step(scalars, 25, 8, 20);
        broad.right(x, exponents);
        VectorExact.Step exact = new VectorExact.Step(values, rows, ends, (c0, _, _, _) -> c0, 20);
        exact.right(wide);
        VectorExact.Loss never = new VectorExact.Loss(1e-20, 0);
        VectorExact.Loss always = new VectorExact.Loss(1, 0);
        return List.of(
                new Kernel(
                        "forward",
                        "three outputs",
                        () -> VectorConvolution.forward(y, 3, w, x, 0, 200, terms, 56, 0, TERMS, 0)),
                new Kernel(
                        "forward",
                        "two outputs",
                        () -> VectorConvolution.forward(y, 4, w, x, 0, 200, terms, 56, 0, TERMS, 8)),
                new Kernel(
                        "reluPool",
                        "",
                        () -> VectorConvolution.reluPool(to, written, 0, x, 0, place, 5, CORNERS, WINDOWS)),
                new Kernel("gather", "", () -> VectorConvolution.gather(to, written, 0, a, b, winner, 0, WINDOWS)),
                new Kernel(
                        "addToColumns",
                        "",
                        () -> VectorConvolution.addToColumns(m, v, a, b, winner, 0, place, 0, CORNERS, WINDOWS)),
                new Kernel(
                        "addWeightGrad", "", () -> VectorConvolution.addWeightGrad(y, 0, a, events, 0, 40, x, 30, 84)),
                new Kernel("addInputGrad", "", () -> VectorConvolution.addInputGrad(y, a, events, 0, 40, w, 0, 84)),
                new Kernel("multiply", "wide", () -> VectorMatrix.multiply(y, 0, 8, 96, w, 0, x, 0, 84, 0, 84)),
                new Kernel("multiply", "tall", () -> VectorMatrix.multiply(y, 0, 120, 8, w, 0, x, 0, 84, 0, 84)),
                new Kernel("multiply", "rest", () -> VectorMatrix.multiply(y, 0, 11, 13, w, 0, x, 0, 84, 0, 84)),
                new Kernel("multiply", "truncated, narrow", () -> VectorTruncated.multiply(y, 0, 20, narrow, 3, 0)),
                new Kernel("multiply", "truncated, wide", () -> VectorTruncated.multiply(y, 0, 20, broad, 3, 0)),
                new Kernel(
                        "multiply",
                        "truncated, narrow, a vector",
                        () -> VectorTruncated.multiply(y, 0, 8, narrow, 3, 0)),
                new Kernel(
                        "multiply", "truncated, wide, a vector", () -> VectorTruncated.multiply(y, 0, 8, broad, 3, 0)),
                new Kernel(
                        "multiply",
                        "exact, as binary64 has it",
                        () -> VectorExact.multiply(y, 0, 20, exact, 3, 0, never)),
                new Kernel("multiply", "exact, asked", () -> VectorExact.multiply(y, 0, 20, exact, 3, 0, always)),
                new Kernel("scale", "", () -> VectorElements.scale(to, a, 0.5f)),
                new Kernel("add", "", () -> VectorElements.add(to, a, b, 0, LENGTH)),
                new Kernel("addTo", "", () -> VectorElements.addTo(v, 0, LENGTH, 1e-9f)),
                new Kernel("relu", "", () -> VectorElements.relu(to, a)),
                new Kernel("reluGrad", "", () -> VectorElements.reluGrad(to, a, b)),
                new Kernel("sumOfSquares", "", () -> VectorElements.sumOfSquares(sums, a)),
                new Kernel("anyNonFinite", "", () -> found[0] |= VectorElements.anyNonFinite(a, 0, LENGTH)),
                new Kernel("stuck", "", () -> found[0] |= VectorElements.stuck(.9f, 1, a, 0, LENGTH) > 0),
                new Kernel(
                        "adamW",
                        "",
                        () -> VectorElements.adamW(to, m, v, a, m, v, b, adam, Float.MIN_VALUE, 0, LENGTH)),
                new Kernel(
                        "sgd",
                        "",
                        () -> VectorElements.sgd(to, m, a, m, c, 1, .9f, 1e-3f, Float.MIN_VALUE, 0, LENGTH)));
    }

    /// Prints a line a kernel that allocates, and then how many were measured.
    public static void main(String[] arguments) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        List<Kernel> kernels = kernels();
        for (int call = 0; call < WARM_UP; call++) {
            for (Kernel kernel : kernels) {
                kernel.call.run();
            }
        }
        for (Kernel kernel : kernels) {
            threads.getCurrentThreadAllocatedBytes(); // the first call allocates
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int call = 0; call < CALLS; call++) {
                kernel.call.run();
            }
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            if (bytes > 0) {
                System.out.printf("%s %s: %d bytes a call%n", kernel.method, kernel.variant, bytes / CALLS);
            }
        }
        System.out.printf("%d kernels%n", kernels.size());
    }
}
