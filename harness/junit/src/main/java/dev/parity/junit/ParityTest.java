package dev.parity.junit;

import dev.parity.checks.Outcome;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/// Trains both sides of a scenario and judges them: a test for each gate.
///
/// The method runs once for each gate that passed, and may take its [dev.parity.statistics.Evidence] and the whole
/// [dev.parity.checks.Checked] as parameters. FAIL and INVALID fail, NOT JUDGED is aborted. A device that is not here
/// skips the test with its provider's reason. The report is attached as `report.html`.
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(ParityExtension.class)
public @interface ParityTest {
    /// Names the scenario.
    ///
    /// @return a name, or a YAML file
    String scenario();

    /// Names the backend that is taken as right.
    ///
    /// @return its id; empty for the scenario's own
    String reference() default "";

    /// Names the backend under test.
    ///
    /// @return its id; empty for the scenario's own
    String candidate() default "";

    /// Says which seeds are run, each on both sides.
    ///
    /// @return `N` or `FROM..TO`; empty for the scenario's own
    String seeds() default "";

    /// Names the gates and margins.
    ///
    /// @return a profile; empty for the scenario's own
    String profile() default "";

    /// Changes the scenario.
    ///
    /// @return `key.path=value`, laid over all else
    String[] set() default {};

    /// Names gates that must be judged.
    ///
    /// @return their ids
    String[] require() default {};

    /// Says what a gate means that the data cannot decide.
    ///
    /// @return its outcome
    Outcome inconclusive() default Outcome.ABORTED;

    /// Names the folder of reports and traces; each test has one of its own in it.
    ///
    /// @return a path
    String folder() default "target/parity";
}
