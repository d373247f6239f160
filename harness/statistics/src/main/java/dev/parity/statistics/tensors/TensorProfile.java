package dev.parity.statistics.tensors;

import dev.parity.statistics.Verdict;
import java.util.List;
import java.util.stream.Collectors;

/// Rules by which each Op of a lockstep is judged.
///
/// @param name by which commands ask for it
/// @param rules all of them hold for a tensor that passes
public record TensorProfile(String name, List<TensorRule> rules) {
    private static final List<TensorRule> BITS = List.of(new TensorRule.Binary());

    /// Every profile; the first one is the default. Limits of L0 to L2 and of the rules without one are those of the
    /// operator standards that Ascend publishes; `op` takes L1's ratios.
    private static final List<TensorProfile> ALL = List.of(
            new TensorProfile("op", List.of(new TensorRule.Sized(5, 1.5, 1.5), new TensorRule.Unbiased(2, 4))),
            new TensorProfile("L0", List.of(new TensorRule.DoubleBenchmark(10, 2, 2, 2))),
            new TensorProfile("L1", List.of(new TensorRule.DoubleBenchmark(5, 1.5, 1.5, 2))),
            new TensorProfile("L2", List.of(new TensorRule.DoubleBenchmark(2, 1.2, 1.2, 2))),
            new TensorProfile("ulp", List.of(new TensorRule.Ulp())),
            new TensorProfile("mixed", List.of(new TensorRule.Mixed())),
            new TensorProfile("binary", BITS),
            new TensorProfile("cosine", List.of(new TensorRule.Cosine())));

    /// Copies the rules.
    public TensorProfile {
        rules = List.copyOf(rules);
    }

    /// Returns the profile that holds where none is named.
    ///
    /// @return `op`
    public static TensorProfile standard() {
        return ALL.getFirst();
    }

    /// Finds a profile.
    ///
    /// @param name one of them
    /// @return the profile
    /// @throws IllegalArgumentException if there is none, with the names that exist
    public static TensorProfile named(String name) {
        return ALL.stream()
                .filter(profile -> profile.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no lockstep profile '%s', there are %s".formatted(name, names())));
    }

    /// Lists the profiles.
    ///
    /// @return their names, the default first
    public static List<String> names() {
        return ALL.stream().map(TensorProfile::name).toList();
    }

    /// What a tensor comes to.
    ///
    /// @param verdict PASS, FAIL, or NOT_JUDGED where the golden has no number at all
    /// @param severity of the rule that decided: statistic over limit
    /// @param reason the statistic that decided
    public record Judgement(Verdict verdict, double severity, String reason) {}

    /// Judges a tensor.
    ///
    /// @param format of both tensors
    /// @param exact whether the Op only moves or compares: then, and for whole numbers, every bit counts
    /// @param reference its errors against the golden
    /// @param candidate its errors against the golden
    /// @return the judgement; whatever the rules, no element may be of another kind than the golden's
    public Judgement judge(NumberFormat format, boolean exact, TensorErrors reference, TensorErrors candidate) {
        if (candidate.apart() > 0) {
            return new Judgement(
                    Verdict.FAIL,
                    Double.POSITIVE_INFINITY,
                    "%d of %d elements are finite, infinite, of one sign or NaN on one side only"
                            .formatted(candidate.apart(), candidate.elements()));
        }
        if (candidate.judged() == 0) {
            return new Judgement(Verdict.NOT_JUDGED, 0, "the golden has no number here");
        }
        List<TensorRule> applied = exact || format == NumberFormat.INTEGER ? BITS : rules;
        TensorRule.Finding worst = TensorRule.Finding.worst(applied.stream()
                .map(rule -> rule.judge(format, reference, candidate))
                .toList());
        boolean held = worst.severity() <= 1; // NaN is not
        return new Judgement(held ? Verdict.PASS : Verdict.FAIL, worst.severity(), worst.statistic());
    }

    /// Describes the rules.
    ///
    /// @return such as `op: Sized[max=5.0, mean=1.5, rms=1.5], Unbiased[times=2.0, deviations=4.0]`
    public String text() {
        return name + ": " + rules.stream().map(TensorRule::toString).collect(Collectors.joining(", "));
    }
}
