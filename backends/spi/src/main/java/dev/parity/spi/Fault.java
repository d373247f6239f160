package dev.parity.spi;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/// A fault that can be planted into any backend, to prove that the gates see it. Found by [ServiceLoader].
public interface Fault {
    /// Returns the name by which commands ask for it.
    ///
    /// @return lower case, for example `weight-gradient-scale`
    String id();

    /// Says in a sentence what it does and what its strength means.
    ///
    /// @return for help and reports
    String description();

    /// Returns the strength that is used when none is given.
    ///
    /// @return in the unit that the description names
    double defaultStrength();

    /// Wraps a backend.
    ///
    /// @param backend what computes; closed with the wrapper
    /// @param strength in the unit that the description names
    /// @return a backend that computes wrongly
    Backend plant(Backend backend, double strength);

    /// Lists the faults on the class path.
    ///
    /// @return sorted by id
    static List<Fault> all() {
        return ServiceLoader.load(Fault.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(Fault::id))
                .toList();
    }

    /// Plants what an argument names.
    ///
    /// @param argument `ID` or `ID=STRENGTH`
    /// @param backend what computes
    /// @return the wrapper
    /// @throws IllegalArgumentException if there is no such fault, or the strength is no number
    static Backend plant(String argument, Backend backend) {
        int at = argument.indexOf('=');
        String id = at < 0 ? argument : argument.substring(0, at);
        Fault fault = all().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no fault '%s', there are %s"
                        .formatted(id, all().stream().map(Fault::id).toList())));
        String text = at < 0 ? String.valueOf(fault.defaultStrength()) : argument.substring(at + 1);
        double strength;
        try {
            strength = Double.parseDouble(text);
        } catch (NumberFormatException problem) {
            throw new IllegalArgumentException(
                    "the strength of fault %s must be a number, was '%s'".formatted(id, text), problem);
        }
        if (!Double.isFinite(strength)) {
            throw new IllegalArgumentException("the strength of fault %s must be finite, was '%s'".formatted(id, text));
        }
        return fault.plant(backend, strength);
    }
}
