package dev.parity.statistics.tensors;

import dev.parity.statistics.Verdict;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What a lockstep found: every output of every Op of the steps that were asked for.
///
/// @param sides what was compared
/// @param profile that judged
/// @param steps that were compared, ascending
/// @param findings in the order of steps and programs
/// @param notes what was not compared, and why
public record LockstepResult(
        Sides sides, String profile, List<Long> steps, List<OpFinding> findings, List<String> notes) {
    /// Copies the lists.
    ///
    /// @throws IllegalArgumentException if nothing was compared
    public LockstepResult {
        steps = List.copyOf(steps);
        findings = List.copyOf(findings);
        notes = List.copyOf(notes);
        if (findings.isEmpty()) {
            throw new IllegalArgumentException("a lockstep must compare at least one Op");
        }
    }

    /// What was compared.
    ///
    /// @param scenario its name
    /// @param golden what is right
    /// @param reference the device that is taken as right
    /// @param candidate the device under test
    /// @param fault planted in the candidate; empty without one
    /// @param seed of every random stream
    public record Sides(String scenario, String golden, String reference, String candidate, String fault, long seed) {}

    /// Returns the verdict.
    ///
    /// @return FAIL if an Op is beyond its profile; INCONCLUSIVE if there was none with numbers; WARN if something
    ///     was not compared; else PASS
    public Verdict verdict() {
        Verdict worst = Verdict.worst(
                findings.stream().map(each -> each.judgement().verdict()).toList());
        return worst == Verdict.PASS && (!notes.isEmpty() || count(Verdict.NOT_JUDGED) > 0) ? Verdict.WARN : worst;
    }

    /// Returns the first Op beyond its profile, in program order.
    ///
    /// @return absent if none is
    public Optional<OpFinding> first() {
        return failed().stream().findFirst();
    }

    /// Returns the Op that is farthest beyond its profile, or nearest to its limits if none is beyond.
    ///
    /// @return of equals the first
    public OpFinding worst() {
        return findings.stream()
                .max(Comparator.<OpFinding>comparingDouble(
                        each -> each.judgement().severity()))
                .map(most -> findings.stream()
                        .filter(each ->
                                each.judgement().severity() == most.judgement().severity())
                        .findFirst()
                        .orElseThrow())
                .orElseThrow();
    }

    /// Returns the Ops beyond their profile.
    ///
    /// @return in order
    public List<OpFinding> failed() {
        return findings.stream()
                .filter(each -> each.judgement().verdict() == Verdict.FAIL)
                .toList();
    }

    /// Says in a sentence what was found.
    ///
    /// @return on one line
    public String headline() {
        String planted = sides.fault.isEmpty() ? "" : "fault planted: %s; ".formatted(sides.fault);
        String unjudged = count(Verdict.NOT_JUDGED) == 0 ? "" : "; %d not judged".formatted(count(Verdict.NOT_JUDGED));
        String found = first().map(op -> "%d of %d Op outputs beyond the profile, the first is %s of step %d"
                        .formatted(failed().size(), findings.size(), op.place().value(), op.step()))
                .orElse("all %d Op outputs within the profile".formatted(count(Verdict.PASS)));
        return planted + found + unjudged;
    }

    private long count(Verdict verdict) {
        return findings.stream()
                .filter(each -> each.judgement().verdict() == verdict)
                .count();
    }
}
