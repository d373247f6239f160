package dev.parity.spi;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A fault that can be planted into a run, to prove that the gates see it. Those of a device rewrite its
/// programs; those of the training's rules exchange parts of it, which the engine knows.
public interface Fault {
    /// What a fault can be put down to.
    Set<String> SUSPECTS = Set.of(
            "forward", "backward", "optimizer", "schedule", "scaler", "collective", "data", "gating", "evaluation");

    /// Describes the fault.
    ///
    /// @return name, strengths, suspects and setup
    About about();

    /// Tells whether the fault is of a single Op, so small that only a comparison Op by Op must show it.
    ///
    /// @return whether whole runs need not show it
    default boolean isOfOneOp() {
        return false;
    }

    /// Opens the devices of a faulty run.
    ///
    /// @param provider what computes
    /// @param world number of ranks, at least 1
    /// @param mode how the run says that it computes
    /// @param strength in the unit that the description names
    /// @return a backend that computes wrongly, or an honest one if the fault is not the device's
    /// @throws BackendException if it is not available, or cannot compute in that mode
    default Backend open(BackendProvider provider, int world, NumericMode mode, double strength) {
        return provider.open(world, mode);
    }

    /// What is known of a fault.
    ///
    /// @param id the name by which commands ask for it: lower case, for example `weight-gradient-scale`
    /// @param description a sentence that says what it does and what its strength means
    /// @param strengths those it takes, in the unit that the description names
    /// @param suspects what it can rightly be put down to, the first the most likely; of [#SUSPECTS]
    /// @param setup scenario keys and values, for both sides, under which it shows; empty where it shows in
    ///     any run of a MoE net in fp16
    record About(
            String id,
            String description,
            Strengths strengths,
            SequencedSet<String> suspects,
            SequencedMap<String, String> setup) {
        /// Copies the collections.
        public About {
            suspects = suspects.stream().collect(Collectors.toCollection(LinkedHashSet::new));
            if (suspects.isEmpty() || !SUSPECTS.containsAll(suspects)) {
                throw new IllegalArgumentException(
                        "the suspects of fault %s must be some of %s, were %s".formatted(id, SUSPECTS, suspects));
            }
            suspects = Collections.unmodifiableSequencedSet(suspects);
            setup = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(setup));
        }

        /// Describes a fault that needs no setup.
        ///
        /// @param id lower case
        /// @param description a sentence
        /// @param strengths those it takes
        /// @param suspects of [#SUSPECTS], the most likely first
        /// @return what is known of it
        public static About of(String id, String description, Strengths strengths, String... suspects) {
            return new About(
                    id,
                    description,
                    strengths,
                    Stream.of(suspects).collect(Collectors.toCollection(LinkedHashSet::new)),
                    new LinkedHashMap<>());
        }

        /// Adds a scenario setting that both sides need, so that the fault shows.
        ///
        /// @param key such as `precision.dtype`
        /// @param value as in a scenario file
        /// @return the description with it
        public About under(String key, String value) {
            SequencedMap<String, String> more = new LinkedHashMap<>(setup);
            more.put(key, value);
            return new About(id, description, strengths, suspects, more);
        }

        /// Writes the setup as overrides of a scenario.
        ///
        /// @return `key.path=value`, in order
        public List<String> overrides() {
            return setup.entrySet().stream().map(Map.Entry::toString).toList();
        }
    }

    /// The strengths that a fault takes.
    ///
    /// @param preset used when none is given
    /// @param least the smallest
    /// @param most the largest
    /// @param none the one that changes nothing; refused, since a fault that is not there proves nothing
    /// @param whole whether only whole numbers have a meaning
    record Strengths(double preset, double least, double most, double none, boolean whole) {
        /// Of a fault that is there or not.
        public static final Strengths SWITCH = whole(1, 1, 1, 0);

        /// Makes a range of numbers.
        ///
        /// @param preset used when none is given
        /// @param least the smallest
        /// @param most the largest
        /// @param none the one that changes nothing
        /// @return the range
        public static Strengths of(double preset, double least, double most, double none) {
            return new Strengths(preset, least, most, none, false);
        }

        /// Makes a range of whole numbers.
        ///
        /// @param preset used when none is given
        /// @param least the smallest
        /// @param most the largest
        /// @param none the one that changes nothing
        /// @return the range
        public static Strengths whole(int preset, int least, int most, int none) {
            return new Strengths(preset, least, most, none, true);
        }

        boolean takes(double strength) {
            return strength >= least
                    && strength <= most
                    && strength != none
                    && (!whole || strength == Math.rint(strength));
        }

        @Override
        public String toString() {
            String range = least == most ? plain(least) : "%s to %s".formatted(plain(least), plain(most));
            String without = none >= least && none <= most ? " but not " + plain(none) : "";
            return (whole && least < most ? "a whole number, " : "") + range + without;
        }
    }

    /// A fault and how strong it is. Its text is `ID=STRENGTH`, the same however it was asked for.
    ///
    /// @param fault what goes wrong
    /// @param strength one that the fault takes
    record Choice(Fault fault, double strength) {
        /// Refuses a strength that the fault does not take.
        public Choice {
            About about = fault.about();
            if (!about.strengths.takes(strength)) {
                throw new IllegalArgumentException("the strength of fault %s must be %s, was %s"
                        .formatted(about.id, about.strengths, plain(strength)));
            }
        }

        /// Opens the devices of a faulty run.
        ///
        /// @param provider what computes
        /// @param world number of ranks, at least 1
        /// @param mode how the run says that it computes
        /// @return as [Fault#open]
        public Backend open(BackendProvider provider, int world, NumericMode mode) {
            return fault.open(provider, world, mode, strength);
        }

        @Override
        public String toString() {
            return fault.about().id + "=" + plain(strength);
        }
    }

    /// Faults of one kind; found by [ServiceLoader].
    interface Catalogue {
        /// Lists them.
        ///
        /// @return in any order
        List<? extends Fault> faults();
    }

    /// Lists the faults on the class path.
    ///
    /// @return sorted by id
    static List<Fault> all() {
        return ServiceLoader.load(Catalogue.class).stream()
                .flatMap(catalogue -> catalogue.get().faults().stream())
                .map(Fault.class::cast)
                .sorted(Comparator.comparing(fault -> fault.about().id))
                .toList();
    }

    /// Lists the faults that whole runs must show.
    ///
    /// @return sorted by id
    static List<Fault> ofRuns() {
        return all().stream().filter(fault -> !fault.isOfOneOp()).toList();
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
                .filter(each -> each.about().id.equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no fault '%s', there are %s"
                        .formatted(
                                id, all().stream().map(each -> each.about().id).toList())));
        if (at < 0) {
            return new Choice(fault, fault.about().strengths.preset);
        }
        String text = argument.substring(at + 1);
        try {
            return new Choice(fault, Double.parseDouble(text));
        } catch (NumberFormatException problem) {
            throw new IllegalArgumentException(
                    "the strength of fault %s must be a number, was '%s'".formatted(id, text), problem);
        }
    }

    /// Writes 2 for 2.0.
    private static String plain(double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e9;
        return whole ? String.valueOf((long) value) : String.valueOf(value);
    }
}
