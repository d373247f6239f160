package dev.parity.statistics.tensors;

import java.util.List;

/// How far a device's tensor is from the golden's.
///
/// An element *counts* if both are finite, or both are infinite with one sign. The others are `apart` (NaN, an
/// infinity or its sign on one side only) or `unjudged` (NaN on both: a golden that has no answer lets nothing pass).
/// An infinity beside a golden of the last half ulp counts as the power of two that follows.
///
/// @param elements of the tensor
/// @param apart elements that are of another kind than the golden's
/// @param unjudged elements for which the golden is NaN and the device is as it must be
/// @param unequal elements that are not the golden's number rounded to nearest; both zeros are one
/// @param maxRelative largest relative error where the golden is no small value
/// @param meanRelative mean of it
/// @param rootMeanSquare of the absolute errors
/// @param smallShare share of all elements that are small values and off by more than their tolerance
/// @param maxSized largest error relative to the element, or to an eighth of the tensor's size where the element is
/// less
/// @param meanSized mean of it
/// @param rmsSized root mean square error relative to the tensor's size
/// @param bias mean signed error relative to the tensor's size
/// @param growth mean error away from zero, relative to the tensor's size: below 0 where magnitudes come out too
///     small
/// @param maxAbsolute largest absolute error
/// @param meanUlps mean error in ulps
/// @param beyondOneUlp share of elements off by more than 1 ulp
/// @param beyondManyUlps share of elements off by more than 32 ulps
/// @param beyondMixed share of elements beyond the mixed tolerance
/// @param beyondLargest elements beyond both the largest absolute error and 32 ulps
/// @param cosine of the angle between the tensors; 1 if both are 0
/// @param histogram elements by ulps: as many as [#BOUNDS] and one more; the last one is beyond, or apart
public record TensorErrors(
        long elements,
        long apart,
        long unjudged,
        long unequal,
        double maxRelative,
        double meanRelative,
        double rootMeanSquare,
        double smallShare,
        double maxSized,
        double meanSized,
        double rmsSized,
        double bias,
        double growth,
        double maxAbsolute,
        double meanUlps,
        double beyondOneUlp,
        double beyondManyUlps,
        double beyondMixed,
        long beyondLargest,
        double cosine,
        List<Long> histogram) {
    /// Upper ends of the histogram's bins, in ulps; a result rounded once to nearest lies in the first two.
    public static final List<Double> BOUNDS = List.of(0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 32.0);

    /// Copies the list.
    public TensorErrors {
        histogram = List.copyOf(histogram);
    }

    /// Returns the number of elements that count.
    ///
    /// @return at least 0
    public long judged() {
        return elements - apart - unjudged;
    }

    /// Compares a tensor with the golden's.
    ///
    /// @param format of the device's elements
    /// @param golden row-major, not rounded to the format
    /// @param found the device's, as many
    /// @param saturates whether the device has no infinities: the largest number takes their place, 0 that of NaN
    /// @return the errors
    /// @throws IllegalArgumentException if the tensors are not of one size, or empty
    public static TensorErrors of(NumberFormat format, double[] golden, double[] found, boolean saturates) {
        if (golden.length != found.length || golden.length == 0) {
            throw new IllegalArgumentException(
                    "tensors must have one size, at least 1, were %d and %d".formatted(golden.length, found.length));
        }
        Elements elements = new Elements(format, saturates);
        double squares = 0;
        int counted = 0;
        for (int i = 0; i < golden.length; i++) {
            if (elements.kind(golden[i], found[i]) == Elements.Kind.NUMBER) {
                squares += golden[i] * golden[i];
                counted++;
            }
        }
        double size = counted == 0 ? 0 : Math.sqrt(squares / counted);
        ErrorSums sums = new ErrorSums(format, size);
        for (int i = 0; i < golden.length; i++) {
            switch (elements.kind(golden[i], found[i])) {
                case NUMBER -> sums.add(golden[i], elements.number(found[i]));
                case SAME -> sums.same();
                case APART -> sums.apart();
                case UNJUDGED -> sums.unjudged();
            }
        }
        return sums.errors();
    }

    /// Finds the element that is farthest off: one that is apart before all others, else the one most ulps off.
    ///
    /// @param format of the device's elements
    /// @param golden as for [#of]
    /// @param found as for [#of]
    /// @param saturates as for [#of]
    /// @return its index; of equals the first
    public static int worst(NumberFormat format, double[] golden, double[] found, boolean saturates) {
        Elements elements = new Elements(format, saturates);
        int worst = 0;
        double most = -1;
        for (int i = 0; i < golden.length; i++) {
            double off = elements.ulps(golden[i], found[i]);
            if (off > most) {
                most = off;
                worst = i;
            }
        }
        return worst;
    }

    /// Measures one element.
    ///
    /// @param format of the device's elements
    /// @param golden as for [#of]
    /// @param found as for [#of]
    /// @param saturates as for [#of]
    /// @return ulps; infinite where the two are of another kind, 0 where the golden is NaN and the device is
    ///     as it must be
    public static double ulps(NumberFormat format, double golden, double found, boolean saturates) {
        return new Elements(format, saturates).ulps(golden, found);
    }
}
