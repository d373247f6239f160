package dev.parity.testng;

import dev.parity.checks.Checked;
import dev.parity.reports.Printable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.testng.IReporter;
import org.testng.ISuite;
import org.testng.ISuiteResult;
import org.testng.ITestContext;
import org.testng.ITestResult;
import org.testng.xml.XmlSuite;

/// Sums up all checks of a run of TestNG in `target/parity/parity.md`: a line for each with its verdict, headline and
/// report. TestNG finds it by itself.
public final class ParityListener implements IReporter {
    private static final Path FILE = Parity.FOLDER.resolve("parity.md");

    /// For TestNG.
    public ParityListener() {}

    @Override
    public void generateReport(List<XmlSuite> xml, List<ISuite> suites, String outputDirectory) {
        List<String> rows = suites.stream()
                .flatMap(suite -> suite.getResults().values().stream())
                .map(ISuiteResult::getTestContext)
                .flatMap(ParityListener::results)
                .sorted()
                .toList();
        if (rows.isEmpty()) {
            return; // no test made a check
        }
        try {
            Files.createDirectories(Parity.FOLDER);
            Files.writeString(
                    FILE, "| test | verdict | what was found | report |\n|---|---|---|---|\n" + String.join("", rows));
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot write " + FILE, problem);
        }
    }

    private static Stream<String> results(ITestContext context) {
        return Stream.of(context.getPassedTests(), context.getFailedTests(), context.getSkippedTests())
                .flatMap(tests -> tests.getAllResults().stream())
                .flatMap(ParityListener::row);
    }

    private static Stream<String> row(ITestResult test) {
        return test.getAttribute(Parity.CHECKED) instanceof Checked checked
                ? Stream.of("| %s | %s | %s | %s |\n"
                        .formatted(
                                test.getMethod().getQualifiedName(),
                                checked.result().verdict().label(),
                                cell(checked.result().headline()),
                                checked.report()))
                : Stream.empty();
    }

    private static String cell(String text) {
        return Printable.line(text).replace("|", "\\|");
    }
}
