package dev.parity.junit;

import dev.parity.checks.Checked;
import dev.parity.checks.Outcome;
import dev.parity.statistics.Evidence;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.MediaType;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/// Tells JUnit what came out.
final class Outcomes {
    /// Name of the attached report.
    static final String REPORT = "report.html";

    private Outcomes() {}

    /// Passes, aborts or fails by a gate.
    static void tell(Checked checked, Evidence gate, Outcome inconclusive) {
        tell(Outcome.of(gate.verdict(), inconclusive), checked.text(gate));
    }

    /// Passes, aborts or fails by the whole.
    static void tell(Checked checked, Outcome inconclusive) {
        tell(Outcome.of(checked.result().verdict(), inconclusive), checked.text());
    }

    private static void tell(Outcome outcome, String text) {
        switch (outcome) {
            case PASSED -> {}
            case ABORTED -> throw new TestAbortedException(text);
            case FAILED -> throw new AssertionFailedError(text);
        }
    }

    /// Attaches the report.
    static void publish(Checked checked, Publisher publisher) {
        publisher.publishFile(
                REPORT,
                MediaType.create("text", "html", StandardCharsets.UTF_8),
                target -> Files.copy(checked.report(), target));
    }

    /// What JUnit attaches files with.
    @FunctionalInterface
    interface Publisher {
        void publishFile(String name, MediaType type, ThrowingConsumer<Path> writer);
    }
}
