package dev.parity.junit;

import dev.parity.checks.Checked;
import dev.parity.checks.Outcome;
import dev.parity.checks.RunsCheck;
import dev.parity.runner.Judge;
import dev.parity.statistics.Profile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestReporter;

/// An assertion that two sides are the same training. Each method but the last two gives a new one.
public final class ParityAssert {
    private final List<Path> references;
    private final List<Path> candidates;
    private final Judge judge;
    private final Outcome inconclusive;
    private final Optional<Path> folder;
    private final Optional<TestReporter> reporter;

    ParityAssert(
            List<Path> references,
            List<Path> candidates,
            Judge judge,
            Outcome inconclusive,
            Optional<Path> folder,
            Optional<TestReporter> reporter) {
        this.references = List.copyOf(references);
        this.candidates = List.copyOf(candidates);
        this.judge = judge;
        this.inconclusive = inconclusive;
        this.folder = folder;
        this.reporter = reporter;
    }

    private ParityAssert by(Profile profile, Map<String, String> waivers, Set<String> required) {
        Judge other = new Judge(profile, waivers, required, Optional.empty());
        return new ParityAssert(references, candidates, other, inconclusive, folder, reporter);
    }

    /// Chooses the gates and their margins, `strict` if it is not called.
    ///
    /// @param name of a profile
    /// @return the new assertion
    /// @throws IllegalArgumentException if there is none of that name
    public ParityAssert profile(String name) {
        return by(Profile.named(name), judge.waivers(), judge.required());
    }

    /// Changes a margin of the profile.
    ///
    /// @param name of the margin, such as `loss`
    /// @param value in the margin's unit
    /// @return the new assertion
    /// @throws IllegalArgumentException if the profile has no such margin, or it may not have the value
    public ParityAssert margin(String name, double value) {
        return by(judge.profile().with(Map.of(name, value)), judge.waivers(), judge.required());
    }

    /// Requires gates to be judged; one that is not makes the whole INCONCLUSIVE.
    ///
    /// @param gates their ids
    /// @return the new assertion
    /// @throws IllegalArgumentException if the profile has no such gate
    public ParityAssert require(String... gates) {
        Set<String> all = new HashSet<>(judge.required());
        all.addAll(List.of(gates));
        return by(judge.profile(), judge.waivers(), all);
    }

    /// Lets a comparability key differ.
    ///
    /// @param key of the provenance, or `unknown` for all that only one side knows
    /// @param reason shown in the report
    /// @return the new assertion
    /// @throws IllegalArgumentException if there is no such key
    public ParityAssert waive(String key, String reason) {
        Map<String, String> all = new HashMap<>(judge.waivers());
        all.put(key, reason);
        return by(judge.profile(), all, judge.required());
    }

    /// Says what INCONCLUSIVE means: aborted, if this is not called.
    ///
    /// @param outcome of the test
    /// @return the new assertion
    public ParityAssert inconclusive(Outcome outcome) {
        return new ParityAssert(references, candidates, judge, outcome, folder, reporter);
    }

    /// Chooses where the report goes; a folder under `target/parity` if this is not called.
    ///
    /// @param place a folder of this assertion alone
    /// @return the new assertion
    public ParityAssert reportIn(Path place) {
        return new ParityAssert(references, candidates, judge, inconclusive, Optional.of(place), reporter);
    }

    /// Attaches the report to the test.
    ///
    /// @param test reporter that JUnit hands to a test method
    /// @return the new assertion
    public ParityAssert attachTo(TestReporter test) {
        return new ParityAssert(references, candidates, judge, inconclusive, folder, Optional.of(test));
    }

    /// Judges, and passes, aborts or fails by the verdict.
    ///
    /// @throws org.opentest4j.AssertionFailedError if the verdict is FAIL or INVALID
    /// @throws org.opentest4j.TestAbortedException if it is INCONCLUSIVE, unless [#inconclusive] says otherwise
    /// @throws IllegalArgumentException if the runs cannot be read or paired
    public void holds() {
        Outcomes.tell(check(), inconclusive);
    }

    /// Judges.
    ///
    /// @return a test for each gate, for a `@TestFactory`
    /// @throws IllegalArgumentException if the runs cannot be read or paired
    public Stream<DynamicTest> gates() {
        Checked checked = check();
        return checked.result().evidence().stream()
                .map(gate -> DynamicTest.dynamicTest(gate.gate(), () -> Outcomes.tell(checked, gate, inconclusive)));
    }

    private Checked check() {
        RunsCheck check = new RunsCheck(texts(references), texts(candidates), judge);
        Checked checked = check.run(folder.orElseGet(() -> Path.of("target", "parity", check.folderName())));
        reporter.ifPresent(test -> Outcomes.publish(checked, test::publishFile));
        return checked;
    }

    private static List<String> texts(List<Path> paths) {
        return paths.stream().map(Path::toString).toList();
    }
}
