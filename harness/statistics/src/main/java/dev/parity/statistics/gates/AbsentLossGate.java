package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Position;
import dev.parity.statistics.Verdict;
import dev.parity.trace.Point;
import dev.parity.trace.RunTrace;
import dev.parity.trace.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A log that prints a step but no loss, where the other side has one, hides a NaN: Megatron leaves the field out. So
/// does one that prints its losses at a regular interval, all but one. An interval of which every step was skipped has
/// no loss by right, a log known to be damaged may lack a line, and of a step behind the last loss the loss may be cut
/// off: only a second one shows that it was left out.
public record AbsentLossGate() implements Gate {
    private static final int NAMED = 5;
    /// Fewer losses show no regular interval.
    private static final int REGULAR = 20;

    @Override
    public String id() {
        return "absent-loss";
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        List<String> candidates = new ArrayList<>();
        List<String> references = new ArrayList<>();
        for (Alignment pair : pairs) {
            collect(pair.candidate(), Position.of(pair.reference().losses()), candidates);
            collect(pair.reference(), Position.of(pair.candidate().losses()), references);
        }
        if (!candidates.isEmpty()) {
            return rule(
                    Verdict.FAIL,
                    "the candidate prints %d steps without a loss, where the reference has one; the first is %s: a loss of NaN is left out"
                            .formatted(candidates.size(), candidates.getFirst()),
                    candidates.stream().limit(NAMED).toList());
        }
        return references.isEmpty()
                ? rule(Verdict.PASS, "wherever one side has a loss, the other does not print the step without one")
                : rule(
                        Verdict.INCONCLUSIVE,
                        "the reference itself prints %d steps without a loss; the first is %s"
                                .formatted(references.size(), references.getFirst()),
                        references.stream().limit(NAMED).toList());
    }

    private static void collect(RunTrace run, Set<Position> expected, List<String> absent) {
        if (!run.isLog()) {
            return;
        }
        SortedSet<Position> losses = Position.of(run.losses());
        Map<Position, Point> skipped = run.series(Series.SKIPPED).stream()
                .collect(Collectors.toMap(Position::of, point -> point, (_, last) -> last));
        SortedMap<Position, Point> printed = new TreeMap<>();
        run.points().forEach(point -> printed.putIfAbsent(Position.of(point), point));
        holes(run).stream()
                .filter(hole -> expected.contains(hole) && !printed.containsKey(hole))
                .forEach(hole -> absent.add("%s (%s)".formatted(run.name(), hole)));
        List<Point> missing = new ArrayList<>();
        printed.forEach((position, point) -> {
            Point skips = skipped.get(position);
            boolean noneTaken = skips != null && skips.window() > 0 && skips.value() >= skips.window();
            if (expected.contains(position) && !losses.contains(position) && !noneTaken) {
                missing.add(point);
            }
        });
        long behind = losses.isEmpty()
                ? 0
                : missing.stream()
                        .filter(point -> Position.of(point).compareTo(losses.last()) > 0)
                        .count();
        missing.stream()
                .limit(missing.size() - (behind == 1 ? 1 : 0))
                .forEach(point -> absent.add("%s (%s)".formatted(run.origin(point), Position.of(point))));
    }

    /// Finds where a log that prints a loss every so many steps, all but one, should have another.
    private static List<Position> holes(RunTrace run) {
        List<Position> losses = run.losses().stream().map(Position::of).toList();
        if (losses.size() < REGULAR || !run.gaps().isEmpty()) {
            return List.of();
        }
        long usual = Math.max(1, losses.get(2).step() - losses.get(1).step());
        List<Position> holes = new ArrayList<>();
        for (int i = 2; i < losses.size(); i++) {
            Position last = losses.get(i - 1);
            Position next = losses.get(i);
            if (next.epoch() == last.epoch() && next.step() - last.step() == 2 * usual) {
                holes.add(new Position(last.epoch(), last.step() + usual));
            } else if (next.epoch() == last.epoch() && next.step() - last.step() != usual) {
                return List.of();
            }
        }
        return holes.size() <= 1 ? holes : List.of();
    }
}
