package dev.parity.testng;

import dev.parity.checks.Check;
import dev.parity.checks.Checked;
import dev.parity.checks.Outcome;
import dev.parity.checks.ScenarioCheck;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.testng.ITestResult;
import org.testng.Reporter;
import org.testng.SkipException;
import org.testng.annotations.DataProvider;

/// Makes checks in TestNG's tests.
public final class Parity {
    /// Name of the data provider.
    public static final String CASES = "parity";

    /// What a test's result holds its answer under.
    static final String CHECKED = "parity.checked";

    /// Where reports and traces go.
    static final Path FOLDER = Path.of("target", "parity");

    private Parity() {}

    /// Gives a method that has [ParityCases] a check a row.
    ///
    /// @param method the test
    /// @return rows of one [ScenarioCheck]
    /// @throws IllegalArgumentException if the method has no cases, or their seeds are none
    @DataProvider(name = CASES)
    public static Object[][] cases(Method method) {
        ParityCases cases = method.getAnnotation(ParityCases.class);
        if (cases == null) {
            throw new IllegalArgumentException(
                    "%s has the data provider '%s' and no cases: expected @ParityCases".formatted(method, CASES));
        }
        List<Object[]> rows = new ArrayList<>();
        for (String scenario : cases.scenarios()) {
            for (ParityCases.Pair pair : cases.pairs()) {
                for (String seeds : cases.seeds()) {
                    ScenarioCheck check = ScenarioCheck.of(
                            scenario, pair.reference(), pair.candidate(), seeds, cases.profile(), List.of(cases.set()));
                    rows.add(new Object[] {check.requiring(Set.of(cases.require()))});
                }
            }
        }
        return rows.toArray(Object[][]::new);
    }

    /// Makes a check in a folder of its own under `target/parity`; INCONCLUSIVE skips the test.
    ///
    /// @param check what is asked
    /// @return the answer
    /// @throws AssertionError if the verdict is FAIL or INVALID
    /// @throws SkipException if a device is not here, with its provider's reason, or the verdict is INCONCLUSIVE
    public static Checked assertHolds(Check check) {
        return assertHolds(check, Outcome.ABORTED);
    }

    /// Makes a check, as the other method does.
    ///
    /// @param check what is asked
    /// @param inconclusive what INCONCLUSIVE means
    /// @return the answer
    /// @throws AssertionError if the outcome is a failure
    /// @throws SkipException if a device is not here, with its provider's reason, or the outcome is neither
    public static Checked assertHolds(Check check, Outcome inconclusive) {
        Checked checked = run(check);
        switch (Outcome.of(checked.result().verdict(), inconclusive)) {
            case PASSED -> {}
            case ABORTED -> throw new SkipException(checked.text());
            case FAILED -> throw new AssertionError(checked.text());
        }
        return checked;
    }

    /// Makes a check whatever its verdict, for tests that judge by themselves.
    ///
    /// @param check what is asked
    /// @return the answer
    /// @throws SkipException if a device is not here, with its provider's reason
    public static Checked run(Check check) {
        check.missing().ifPresent(reason -> {
            throw new SkipException(reason);
        });
        Checked checked = check.run(FOLDER.resolve(check.folderName()));
        ITestResult test = Reporter.getCurrentTestResult();
        if (test != null) {
            test.setAttribute(CHECKED, checked);
        }
        return checked;
    }
}
