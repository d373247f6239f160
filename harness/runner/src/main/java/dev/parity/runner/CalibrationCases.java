package dev.parity.runner;

import dev.parity.spi.Fault;
import dev.parity.statistics.calibration.Subject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a calibration compares.
public final class CalibrationCases {
    private static final String MAIN = "moe-cifar";

    /// A scenario and its overrides, so that each of its runs is about as long as one of the main job.
    ///
    /// @param wander how many times as many pairs it needs as the main job, since its runs wander further
    private record Job(String scenario, int wander, List<String> overrides) {}

    private static final List<Job> CLEAN = List.of(
            new Job(MAIN, 1, List.of()),
            new Job(
                    "pr-moe",
                    2,
                    List.of(
                            "train.steps=280",
                            "data.trainItems=4480",
                            "model.capacityFactor=1.5",
                            "model.evalCapacityFactor=2.0",
                            "model.auxLossCoefficient=0.1",
                            "optimizer.lr=0.0007",
                            "schedule.warmupMaxLr=0.0007")),
            new Job(
                    "dense-cifar-sgd",
                    1,
                    List.of(
                            "data.source=synthetic",
                            "train.epochs=1",
                            "train.steps=280",
                            "data.trainItems=4480",
                            "data.testItems=1000",
                            "precision.lossScaleWindow=50")));

    private CalibrationCases() {}

    /// Returns pairs that are equal but for their rounding: the two sides of three scenarios, and their
    /// references against the same device with sums in another order.
    ///
    /// @param pairs paired seeds of a trial; of `pr-moe` twice as many
    /// @return the cases
    public static List<Calibrator.Case> clean(int pairs) {
        List<Calibrator.Case> cases = new ArrayList<>();
        for (Job each : CLEAN) {
            Scenario scenario = load(each.scenario(), each.overrides(), each.wander() * pairs);
            cases.add(clean("reference and candidate", each, scenario, scenario.candidate()));
            cases.add(clean(
                    "reference, its slices of K as they arrive",
                    each,
                    scenario,
                    Repeats.of(scenario.reference(), 1).getFirst()));
        }
        return cases;
    }

    private static Calibrator.Case clean(String name, Job each, Scenario scenario, Scenario.Side candidate) {
        return new Calibrator.Case(
                new Subject(
                        "%s: %s".formatted(each.scenario(), name),
                        each.scenario(),
                        each.overrides(),
                        new LinkedHashSet<>(),
                        false),
                scenario,
                candidate,
                Optional.empty());
    }

    /// Returns a fault in the main job.
    ///
    /// @param fault and its strength
    /// @param pairs paired seeds of a trial
    /// @return the case
    public static Calibrator.Case of(Fault.Choice fault, int pairs) {
        Fault.About about = fault.fault().about();
        Scenario scenario = load(MAIN, about.overrides(), pairs);
        return new Calibrator.Case(
                new Subject(fault.toString(), MAIN, about.overrides(), about.suspects(), HONEST.contains(about.id())),
                scenario,
                scenario.candidate(),
                Optional.of(fault.toString()));
    }

    /// Faults that say so themselves, by a key that must match.
    private static final Set<String> HONEST = Set.of("data-order-declared");

    /// Weakens a fault, as far as a weaker one has a meaning.
    ///
    /// @param fault and its strength
    /// @param halvings of its distance from the strength that changes nothing
    /// @return the fault, then the weaker ones
    public static List<Fault.Choice> weaker(Fault.Choice fault, int halvings) {
        List<Fault.Choice> all = new ArrayList<>(List.of(fault));
        Fault.Strengths strengths = fault.fault().about().strengths();
        double distance = fault.strength() - strengths.none();
        for (int k = 1; k <= halvings && !strengths.whole(); k++) {
            double strength = strengths.none() + Math.scalb(distance, -k);
            if (strength >= strengths.least() && strength <= strengths.most()) {
                all.add(new Fault.Choice(fault.fault(), strength));
            }
        }
        return all;
    }

    private static Scenario load(String name, List<String> overrides, int pairs) {
        List<String> all = new ArrayList<>(overrides);
        all.add("study.seeds=" + pairs);
        return Scenarios.load(name, all);
    }
}
