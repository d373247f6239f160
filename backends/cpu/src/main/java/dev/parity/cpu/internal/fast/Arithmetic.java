package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.host.Exchanges;
import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import java.util.List;
import java.util.Optional;

/// What a plan computes sums with and rounds with: the fast path's own, or that of a device's model,
/// which puts the same parts together in another order.
public interface Arithmetic {
    /// Makes a matrix product.
    ///
    /// @param product what to multiply
    /// @param type of the factors
    /// @return computes it
    Runnable product(FloatMatMul product, ElementType type);

    /// Returns who computes convolutions, where none of the parts below is of use.
    ///
    /// @return empty where these are put together
    default Optional<Convolutions> convolutions() {
        return Optional.empty();
    }

    /// Computes convolutions and their gradients from and to images, or gradients of images, with images last, and
    /// row-major weights.
    @FunctionalInterface
    interface Convolutions {
        /// Makes a convolution.
        ///
        /// @param node a convolution or one of its gradients
        /// @param in its inputs
        /// @param out receives its output
        /// @return computes it
        Runnable of(Node node, List<float[]> in, float[] out);
    }

    /// Makes a convolution.
    ///
    /// @param forward what to convolve
    /// @param y receives the result, images last
    /// @return computes it
    Runnable forward(ConvolutionForward forward, float[] y);

    /// Makes the gradient of a convolution's weights.
    ///
    /// @param gradient its parts
    /// @return computes it
    Runnable weightGrad(ConvolutionWeightGrad gradient);

    /// Makes the gradient of a convolution's images.
    ///
    /// @param gradient its parts
    /// @return computes it
    Runnable inputGrad(ConvolutionInputGrad gradient);

    /// Makes the loops of any other node but a sum over ranks, not rounded to its type.
    ///
    /// @param node what to compute
    /// @param in its inputs
    /// @param out its outputs
    /// @param exchanges makes collectives
    /// @return computes it
    Runnable loops(Node node, List<FloatTensor> in, List<FloatTensor> out, Exchanges exchanges);

    /// Makes the sum of an all-reduce.
    ///
    /// @param node the all-reduce
    /// @param ranks how many take part
    /// @param k which of the messages that travel together
    /// @param out receives the sum
    /// @return adds the messages up
    FloatSum.Adder sum(Node node, int ranks, int k, List<FloatTensor> out);

    /// Tells whether the results of an Op have to be rounded.
    ///
    /// @param type of the results
    /// @return whether [#round] may change anything
    default boolean rounds(ElementType type) {
        return type == ElementType.FP16 || type == ElementType.BF16;
    }

    /// Rounds a range of elements to the type they are stored in, in place.
    ///
    /// @param values FP32
    /// @param from the first
    /// @param to behind the last
    /// @param type of the tensor
    void round(float[] values, int from, int to, ElementType type);
}
