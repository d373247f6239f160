package dev.parity.statistics.suspects;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Suspect;
import dev.parity.statistics.detectors.EarlyStep;
import dev.parity.statistics.detectors.Rounding;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where two free-running trainings part: the step that a comparison Op by Op looks at.
///
/// @param pair the runs
/// @param step the first one with a loss or a norm that is off, or that one side alone skipped
record FirstApart(Alignment pair, long step) {
    /// What a device computes, so that an Op may show it.
    private static final Set<Suspect> OF_DEVICES = EnumSet.of(
            Suspect.FORWARD, Suspect.BACKWARD, Suspect.OPTIMIZER, Suspect.COLLECTIVE, Suspect.GATING, Suspect.SCALER);

    /// A run's key under test that tells of rules that are not the configuration's.
    private static final String OTHER_PARTS = "otherParts";

    /// Finds the earliest step at which a pair parts.
    static Optional<FirstApart> of(List<Alignment> pairs) {
        List<FirstApart> all = new ArrayList<>();
        for (Alignment pair : pairs) {
            step(pair).ifPresent(step -> all.add(new FirstApart(pair, step)));
        }
        return all.stream().min(Comparator.comparingLong(FirstApart::step));
    }

    private static OptionalLong step(Alignment pair) {
        double unit = Rounding.unit(pair.reference());
        OptionalLong off = EarlyStep.of(pair, StepClues.STEPS).stream()
                .filter(each -> StepClues.isOff(each, unit))
                .mapToLong(EarlyStep::step)
                .findFirst();
        return off.isPresent()
                ? off
                : pair.steps().stream()
                        .filter(each ->
                                each.reference().skipped() != each.candidate().skipped())
                        .mapToLong(each -> each.reference().step())
                        .findFirst();
    }

    /// Returns the command that compares this step Op by Op.
    ///
    /// @param suspect that it is to tell more of
    /// @return empty if no device computes what is suspected, or the runs do not know their scenario
    String command(Suspect suspect) {
        RunTrace reference = pair.reference();
        String scenario = reference.provenance().context().getOrDefault(Provenance.SCENARIO_NAME, "");
        if (scenario.isEmpty() || !OF_DEVICES.contains(suspect)) {
            return "";
        }
        Map<String, String> underTest = pair.candidate().provenance().underTest();
        List<String> words = new ArrayList<>(List.of("./parity lockstep", scenario));
        words.addAll(Suspect.settings(reference));
        add(words, "--seed", reference.provenance().comparability().get(Provenance.SEED));
        add(words, "--reference", reference.provenance().underTest().get(Provenance.BACKEND));
        add(words, "--candidate", underTest.get(Provenance.BACKEND));
        if (!underTest.containsKey(OTHER_PARTS)) { // else the fault is of the rules, which no Op shows
            add(words, "--fault", underTest.get(Provenance.FAULT));
        }
        words.add("--steps " + step);
        return String.join(" ", words);
    }

    private static void add(List<String> words, String option, @Nullable String value) {
        if (value != null) {
            words.add("%s %s".formatted(option, value));
        }
    }
}
