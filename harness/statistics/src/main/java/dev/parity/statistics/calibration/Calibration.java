package dev.parity.statistics.calibration;

import dev.parity.statistics.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Predicate;

/// The trials of a calibration, counted.
///
/// @param trials in any order
public record Calibration(List<Trial> trials) {
    /// Copies the list.
    public Calibration {
        trials = List.copyOf(trials);
    }

    /// Returns the trials by what they compare.
    ///
    /// @param clean of equal runs, or of runs with a fault
    /// @return calibrations of one subject each, in the order of the trials
    public SequencedMap<Subject, Calibration> bySubject(boolean clean) {
        SequencedMap<Subject, List<Trial>> groups = new LinkedHashMap<>();
        for (Trial trial : trials) {
            if (trial.subject().isClean() == clean) {
                groups.computeIfAbsent(trial.subject(), _ -> new ArrayList<>()).add(trial);
            }
        }
        SequencedMap<Subject, Calibration> found = new LinkedHashMap<>();
        groups.forEach((subject, group) -> found.put(subject, new Calibration(group)));
        return found;
    }

    /// Returns the part of equal runs, or that of runs with a fault.
    ///
    /// @param clean which
    /// @return its trials
    public Calibration part(boolean clean) {
        return new Calibration(trials.stream()
                .filter(trial -> trial.subject().isClean() == clean)
                .toList());
    }

    /// Counts right answers.
    ///
    /// @return PASS or WARN of equal runs, FAIL of others
    public Rate right() {
        return count(Trial::isRight);
    }

    /// Counts failures.
    ///
    /// @return verdicts FAIL: of equal runs, false alarms
    public Rate failed() {
        return count(trial -> trial.verdict() == Verdict.FAIL);
    }

    /// Counts how often a gate failed.
    ///
    /// @param gate its id
    /// @return its verdicts FAIL, of the trials in which it judged
    public Rate failed(String gate) {
        List<Verdict> verdicts = trials.stream()
                .map(trial -> trial.gates().getOrDefault(gate, Verdict.NOT_JUDGED))
                .filter(verdict -> verdict != Verdict.NOT_JUDGED)
                .toList();
        return new Rate(
                (int) verdicts.stream()
                        .filter(verdict -> verdict == Verdict.FAIL)
                        .count(),
                verdicts.size());
    }

    /// Counts how often a failure was put down to its cause.
    ///
    /// @return right first suspects, of the trials that failed
    public Rate namedTheCause() {
        List<Trial> failures =
                trials.stream().filter(trial -> trial.verdict() == Verdict.FAIL).toList();
        return new Rate((int) failures.stream().filter(Trial::namesTheCause).count(), failures.size());
    }

    /// Names the gates.
    ///
    /// @return ids in the order of a report
    public SequencedSet<String> gates() {
        SequencedSet<String> gates = new LinkedHashSet<>();
        trials.forEach(trial -> gates.addAll(trial.gates().keySet()));
        return gates;
    }

    /// Returns how long the longest, and the usual trial took.
    ///
    /// @return median seconds; NaN of no trial
    public double medianSeconds() {
        double[] sorted = trials.stream().mapToDouble(Trial::seconds).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    private Rate count(Predicate<Trial> is) {
        return new Rate((int) trials.stream().filter(is).count(), trials.size());
    }
}
