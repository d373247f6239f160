package dev.parity.testng;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Says which checks [Parity#cases] gives a test method: each scenario on each pair of devices, for each range of
/// seeds.
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface ParityCases {
    /// Two devices.
    @interface Pair {
        /// Names the backend that is taken as right.
        ///
        /// @return its id; empty for the scenario's own
        String reference() default "";

        /// Names the backend under test.
        ///
        /// @return its id; empty for the scenario's own
        String candidate() default "";
    }

    /// Names the scenarios.
    ///
    /// @return names, or YAML files
    String[] scenarios();

    /// Names the devices.
    ///
    /// @return pairs; the scenario's own if none is named
    Pair[] pairs() default {@Pair};

    /// Says which seeds are run, each on both sides.
    ///
    /// @return `N` or `FROM..TO`; empty for the scenario's own
    String[] seeds() default {""};

    /// Names the gates and margins.
    ///
    /// @return a profile; empty for the scenario's own
    String profile() default "";

    /// Changes the scenarios.
    ///
    /// @return `key.path=value`, laid over all else
    String[] set() default {};

    /// Names gates that must be judged.
    ///
    /// @return their ids
    String[] require() default {};
}
