package dev.parity.statistics.tensors;

/// What was found of one output of one Op in one step, over all ranks.
///
/// @param step from 1
/// @param place where it stands
/// @param format of its elements
/// @param reference errors of the reference's
/// @param candidate errors of the candidate's
/// @param judgement verdict and what decided
/// @param worst the candidate's element that is farthest off
public record OpFinding(
        long step,
        Place place,
        NumberFormat format,
        TensorErrors reference,
        TensorErrors candidate,
        TensorProfile.Judgement judgement,
        Worst worst) {
    /// Where an output stands.
    ///
    /// @param part forward, backward, reduction or optimizer
    /// @param position of the Op in its program, from 1
    /// @param op its name, such as `MatMul`
    /// @param value name of the output, such as `d/fc1.weight`
    public record Place(String part, int position, String op, String value) {}

    /// An element with its values.
    ///
    /// @param rank that holds it
    /// @param index of the element, row-major
    /// @param golden not rounded
    /// @param reference the reference's
    /// @param candidate the candidate's
    /// @param referenceUlps distance of the reference from the golden
    /// @param candidateUlps distance of the candidate from the golden
    public record Worst(
            int rank,
            int index,
            double golden,
            double reference,
            double candidate,
            double referenceUlps,
            double candidateUlps) {}

    /// Compares the candidate's mean error to the reference's.
    ///
    /// @return ratio of the mean errors relative to size; NaN where neither errs
    public double ratio() {
        return candidate.meanSized() / reference.meanSized();
    }

    /// Says in a sentence what was found.
    ///
    /// @return on one line
    public String sentence() {
        return "step %d, %s Op %d, %s → %s: %s; worst at rank %d, element %d: golden %s, reference %s (%s ulps), candidate %s (%s ulps)"
                .formatted(
                        step,
                        place.part,
                        place.position,
                        place.op,
                        place.value,
                        judgement.reason(),
                        worst.rank,
                        worst.index,
                        number(worst.golden),
                        number(worst.reference),
                        number(worst.referenceUlps),
                        number(worst.candidate),
                        number(worst.candidateUlps));
    }

    private static String number(double value) {
        return "%.6g".formatted(value);
    }
}
