package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Verdict;
import dev.parity.trace.Evaluation;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What one side records, the other must record too: a quantity that stands on one side only was
/// compared with nothing, so the two sides were not shown to be equal, and the gate is INCONCLUSIVE.
public record CompletenessGate() implements Gate {
    /// More are counted, not named.
    private static final int NAMED = 6;

    @Override
    public String id() {
        return "completeness";
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        List<String> all = new ArrayList<>();
        for (Alignment pair : pairs) {
            Differences found = new Differences();
            steps(pair, found);
            evaluations(pair, found);
            found.compare("learning rates", "", hasRates(pair.reference()), hasRates(pair.candidate()));
            if (pair.reference().steps().isEmpty() && pair.candidate().steps().isEmpty()) {
                // of recorded runs the rule of consistency finds each event
                found.compare(
                        "scale events",
                        "",
                        !pair.reference().scaleEvents().isEmpty(),
                        !pair.candidate().scaleEvents().isEmpty());
            }
            found.byName
                    .values()
                    .forEach(each -> all.add("%s: %s".formatted(pair.candidate().name(), each)));
        }
        if (all.isEmpty()) {
            return rule(Verdict.PASS, "what one side records, the other does too");
        }
        String named = String.join("; ", all.subList(0, Math.min(NAMED, all.size())));
        return rule(
                Verdict.INCONCLUSIVE,
                "not the same things are recorded, reference against candidate: %s%s"
                        .formatted(named, all.size() > NAMED ? "; and %d more".formatted(all.size() - NAMED) : ""),
                all);
    }

    /// The first difference of each quantity, by its name.
    private static final class Differences {
        private final Map<String, String> byName = new LinkedHashMap<>();

        /// Notes a quantity if the two sides do not record the same of it.
        void compare(String name, String where, Object reference, Object candidate) {
            if (!reference.equals(candidate)) {
                byName.putIfAbsent(name, "%s%s (%s against %s)".formatted(name, where, reference, candidate));
            }
        }
    }

    private static void steps(Alignment pair, Differences found) {
        for (Alignment.Steps steps : pair.steps()) {
            StepRecord a = steps.reference();
            StepRecord b = steps.candidate();
            String where = " at step " + a.step();
            found.compare("losses of ranks", where, a.loss().size(), b.loss().size());
            found.compare(
                    "replica checksums",
                    where,
                    a.replicas().size(),
                    b.replicas().size());
            found.compare("expert counts", where, sizes(a.expertCounts()), sizes(b.expertCounts()));
            found.compare(
                    "dropped tokens", where, a.dropped().size(), b.dropped().size());
            found.compare("routing", where, routing(a), routing(b));
            if (!a.gradNorm().keySet().equals(b.gradNorm().keySet())) {
                Set<String> names = new TreeSet<>(a.gradNorm().keySet());
                names.addAll(b.gradNorm().keySet());
                for (String name : names) {
                    found.compare(
                            "gradient norm of " + name,
                            where,
                            a.gradNorm().containsKey(name),
                            b.gradNorm().containsKey(name));
                }
            }
        }
    }

    private static List<Integer> sizes(List<List<Integer>> lists) {
        return lists.stream().map(List::size).toList();
    }

    private static List<String> routing(StepRecord step) {
        return step.routing().stream()
                .map(each -> "layer %d rank %d: %d experts, %d slots, %d margins"
                        .formatted(
                                each.layer(),
                                each.rank(),
                                each.expert().size(),
                                each.slot().size(),
                                each.margin().size()))
                .toList();
    }

    private static boolean hasRates(RunTrace run) {
        return run.steps().stream().anyMatch(step -> step.lr() != 0);
    }

    private static void evaluations(Alignment pair, Differences found) {
        List<Evaluation> a = pair.reference().evaluations();
        List<Evaluation> b = pair.candidate().evaluations();
        found.compare("evaluations", "", a.size(), b.size());
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            String where = " of evaluation " + (i + 1);
            found.compare("step", where, a.get(i).step(), b.get(i).step());
            found.compare(
                    "labels", where, a.get(i).labels().size(), b.get(i).labels().size());
            found.compare(
                    "ranks", where, a.get(i).ranks().size(), b.get(i).ranks().size());
            for (int rank = 0;
                    rank < Math.min(a.get(i).ranks().size(), b.get(i).ranks().size());
                    rank++) {
                Evaluation.Rank left = a.get(i).ranks().get(rank);
                Evaluation.Rank right = b.get(i).ranks().get(rank);
                String at = where + " on rank " + rank;
                found.compare(
                        "overall accuracy",
                        at,
                        left.overall().items() > 0,
                        right.overall().items() > 0);
                found.compare(
                        "predictions",
                        at,
                        left.predictions().size(),
                        right.predictions().size());
                Set<String> single = new HashSet<>(names(left));
                single.addAll(names(right));
                single.removeIf(
                        name -> names(left).contains(name) && names(right).contains(name));
                for (String name : new TreeSet<>(single)) {
                    found.compare(
                            "accuracy of " + name,
                            at,
                            names(left).contains(name),
                            names(right).contains(name));
                }
            }
        }
    }

    private static List<String> names(Evaluation.Rank rank) {
        return rank.classes().stream().map(Evaluation.ClassScore::name).toList();
    }
}
