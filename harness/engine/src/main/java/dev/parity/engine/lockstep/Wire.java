package dev.parity.engine.lockstep;

import dev.parity.spi.BackendException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/// What one rank of a cut program is given and gives back. Used by the rank's thread only.
final class Wire {
    private Function<String, double[]> forced = name -> {
        throw new IllegalStateException("nothing was given for " + name);
    };
    private Map<String, double[]> found = new HashMap<>();

    /// Gives the values that the Ops of the next run read.
    void force(Function<String, double[]> values) {
        forced = values;
        found = new HashMap<>();
    }

    double[] forced(String value) {
        return forced.apply(value);
    }

    void found(String value, double[] elements) {
        found.put(value, elements);
    }

    /// Returns what the Ops of the last run wrote, by value.
    Found found() {
        return new Found(found);
    }

    /// Outputs of one run on one rank.
    ///
    /// @param values elements by name of the value
    record Found(Map<String, double[]> values) {
        /// @throws BackendException if the device did not compute the value: nothing that is missing drops a check
        double[] of(String value) {
            double[] elements = values.get(value);
            if (elements == null) {
                throw new BackendException("no Op of the device's program writes " + value);
            }
            return elements;
        }
    }
}
