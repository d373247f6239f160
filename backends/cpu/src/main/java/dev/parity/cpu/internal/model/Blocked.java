package dev.parity.cpu.internal.model;

import dev.parity.cpu.internal.fast.ConvolutionForward;
import dev.parity.cpu.internal.fast.ConvolutionInputGrad;
import dev.parity.cpu.internal.fast.ConvolutionWeightGrad;
import dev.parity.cpu.internal.fast.FloatMatMul;
import dev.parity.cpu.internal.vector.VectorElements;
import java.util.Arrays;

/// Matrix products and convolutions whose sums are sums of blocks.
final class Blocked {
    private Blocked() {}

    /// @param terms of a block
    static Runnable product(FloatMatMul product, int terms) {
        int size = product.rows() * product.columns();
        float[] partial = new float[terms < product.terms() ? size : 0];
        return () -> {
            for (int e = 0; e < product.batch(); e++) {
                int at = e * size;
                product.multiply(product.y(), at, e, 0, Math.min(terms, product.terms()));
                for (int first = terms; first < product.terms(); first += terms) {
                    product.multiply(partial, 0, e, first, Math.min(first + terms, product.terms()));
                    add(product.y(), at, partial);
                }
                product.addBias(e);
            }
        };
    }

    private static void add(float[] y, int at, float[] x) {
        for (int i = 0; i < x.length; i++) {
            y[at + i] += x[i];
        }
    }

    /// A block is a kernel row of one channel.
    static Runnable forward(ConvolutionForward forward, float[] y) {
        int block = forward.kernel();
        float[] corners = forward.corners();
        float[] partial = new float[corners.length];
        return forward.into(y, row -> {
            forward.sum(corners, row, 0, block);
            for (int first = block; first < forward.terms(); first += block) {
                forward.sum(partial, row, first, first + block);
                VectorElements.add(corners, corners, partial, 0, corners.length);
            }
            forward.addBias();
        });
    }

    /// A block is a row of windows.
    static Runnable weightGrad(ConvolutionWeightGrad gradient) {
        float[] total = new float[gradient.sums().length];
        return () -> {
            Arrays.fill(total, 0);
            for (int row = 0; row < gradient.windowRows(); row++) {
                gradient.clear();
                gradient.add(row);
                add(total, 0, gradient.sums());
            }
            gradient.write(total);
        };
    }

    /// A block is a row of windows of one output.
    static Runnable inputGrad(ConvolutionInputGrad gradient) {
        float[] total = new float[gradient.sums().length];
        return () -> {
            Arrays.fill(total, 0);
            gradient.begin();
            for (int row = 0; row < gradient.windowRows(); row++) {
                for (int output = 0; output < gradient.outputs(); output++) {
                    gradient.clear();
                    gradient.add(row, output);
                    add(total, 0, gradient.sums());
                }
            }
            gradient.write(total);
        };
    }
}
