package dev.parity.statistics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which gates judge, and by which margins. A profile is a properties file: `gates` lists ids in the order
/// of a report, `margins.NAME` gives each margin of these gates its value. With `base` it begins with all of another
/// profile.
///
/// @param name of the profile
/// @param gates that judge, in the order of a report
/// @param margins a value for each of their margins
public record Profile(String name, List<Gate> gates, Margins margins) {
    private static final String MARGINS = "margins.";

    /// The default: a candidate must be the same training.
    public static final Profile STRICT = read("strict");

    /// The names that [#named] knows: the default, the same for one pair of short runs, and rules that others have
    /// published.
    public static final List<String> NAMES =
            List.of("strict", "one-pair", "msprobe", "mindformers", "verl", "paddle-ascend", "megatron");

    /// Copies the list, and checks that each margin of the gates has a value that it may have.
    public Profile {
        gates = List.copyOf(gates);
        for (Gate gate : gates) {
            for (Margin margin : gate.margins()) {
                margin.check(margins.of(margin));
            }
        }
    }

    /// Finds a profile.
    ///
    /// @param name one of [#NAMES]
    /// @return the profile, with its own margins
    /// @throws IllegalArgumentException if there is none of that name
    public static Profile named(String name) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException("no profile '%s', there are %s".formatted(name, NAMES));
        }
        return name.equals(STRICT.name()) ? STRICT : read(name);
    }

    /// Returns the profile with other margins.
    ///
    /// @param changes new values by the margins' names
    /// @return the profile
    /// @throws IllegalArgumentException if a name is none of its margins', or a value is out of range
    public Profile with(Map<String, Double> changes) {
        Map<String, Double> values = new LinkedHashMap<>(margins.values());
        changes.forEach((key, value) -> {
            if (values.replace(key, value) == null) {
                throw new IllegalArgumentException("no margin '%s', there are %s"
                        .formatted(key, margins.values().keySet()));
            }
        });
        return new Profile(name, gates, new Margins(values));
    }

    /// Returns what can be required.
    ///
    /// @return ids in the order of a report, comparability first
    public List<String> ids() {
        return Stream.concat(Stream.of(Comparability.ID), gates.stream().map(Gate::id))
                .toList();
    }

    /// Checks that ids name gates.
    ///
    /// @param required ids of gates
    /// @throws IllegalArgumentException if one is none of [#ids]
    public void check(Set<String> required) {
        for (String id : required) {
            if (!ids().contains(id)) {
                throw new IllegalArgumentException("no gate '%s' to require, there are %s".formatted(id, ids()));
            }
        }
    }

    private static Properties load(String name) {
        String resource = "profiles/%s.properties".formatted(name);
        Properties file = new Properties();
        try (@Nullable InputStream in = Profile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the profile %s is not in the jar".formatted(resource));
            }
            file.load(in);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        String base = file.getProperty("base");
        if (base == null) {
            return file;
        }
        Properties all = load(base);
        all.putAll(file);
        return all;
    }

    private static Profile read(String name) {
        Properties file = load(name);
        Map<String, Gate> known = new LinkedHashMap<>();
        Gate.all().forEach(gate -> known.put(gate.id(), gate));
        List<Gate> gates = new ArrayList<>();
        Map<String, Double> values = new LinkedHashMap<>();
        for (String id : file.getProperty("gates").split(",", -1)) {
            Gate gate = known.get(id);
            if (gate == null) {
                throw new IllegalStateException(
                        "profile %s: no gate '%s', there are %s".formatted(name, id, known.keySet()));
            }
            gates.add(gate);
            for (Margin margin : gate.margins()) {
                String value = file.getProperty(MARGINS + margin.name());
                if (value == null) {
                    throw new IllegalStateException(
                            "profile %s: no value for %s%s".formatted(name, MARGINS, margin.name()));
                }
                values.put(margin.name(), Double.valueOf(value));
            }
        }
        return new Profile(name, gates, new Margins(values));
    }
}
