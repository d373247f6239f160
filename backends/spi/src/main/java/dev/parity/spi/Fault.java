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

    /// Returns the strengths it takes.
    ///
    /// @return in the unit that the description names
    Strengths strengths();

    /// Wraps a backend.
    ///
    /// @param backend what computes; closed with the wrapper
    /// @param strength in the unit that the description names
    /// @return a backend that computes wrongly
    Backend plant(Backend backend, double strength);

    /// The strengths that a fault takes.
    ///
    /// @param preset used when none is given
    /// @param least the smallest
    /// @param most the largest
    /// @param none the one that changes nothing; refused, since a fault that is not there proves nothing
    record Strengths(double preset, double least, double most, double none) {
        boolean takes(double strength) {
            return strength >= least && strength <= most && strength != none;
        }

        @Override
        public String toString() {
            return "%s to %s but not %s".formatted(plain(least), plain(most), plain(none));
        }
    }

    /// A fault and how strong it is. Its text is `ID=STRENGTH`, the same however it was asked for.
    ///
    /// @param fault what goes wrong
    /// @param strength one that the fault takes
    record Choice(Fault fault, double strength) {
        /// Refuses a strength that the fault does not take.
        public Choice {
            if (!fault.strengths().takes(strength)) {
                throw new IllegalArgumentException("the strength of fault %s must be %s, was %s"
                        .formatted(fault.id(), fault.strengths(), plain(strength)));
            }
        }

        @Override
        public String toString() {
            return fault.id() + "=" + plain(strength);
        }
    }

    /// Lists the faults on the class path.
    ///
    /// @return sorted by id
    static List<Fault> all() {
        return ServiceLoader.load(Fault.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(Fault::id))
                .toList();
    }

    /// Reads what an argument names.
    ///
    /// @param argument `ID` or `ID=STRENGTH`
    /// @return the fault and its strength
    /// @throws IllegalArgumentException if there is no such fault, or it does not take the strength
    static Choice choose(String argument) {
        int at = argument.indexOf('=');
        String id = at < 0 ? argument : argument.substring(0, at);
        Fault fault = all().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no fault '%s', there are %s"
                        .formatted(id, all().stream().map(Fault::id).toList())));
        if (at < 0) {
            return new Choice(fault, fault.strengths().preset());
        }
        String text = argument.substring(at + 1);
        try {
            return new Choice(fault, Double.parseDouble(text));
        } catch (NumberFormatException problem) {
            throw new IllegalArgumentException(
                    "the strength of fault %s must be a number, was '%s'".formatted(id, text), problem);
        }
    }

    /// Plants what an argument names.
    ///
    /// @param argument `ID` or `ID=STRENGTH`
    /// @param backend what computes
    /// @return the wrapper
    /// @throws IllegalArgumentException if there is no such fault, or it does not take the strength
    static Backend plant(String argument, Backend backend) {
        Choice choice = choose(argument);
        return choice.fault().plant(backend, choice.strength());
    }

    /// Writes 2 for 2.0.
    private static String plain(double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e9;
        return whole ? String.valueOf((long) value) : String.valueOf(value);
    }
}
