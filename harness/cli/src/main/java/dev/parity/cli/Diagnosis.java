package dev.parity.cli;

import dev.parity.spi.Quirk;
import dev.parity.spi.Quirk.Certainty;
import dev.parity.spi.Quirk.Symptom;
import dev.parity.spi.QuirkCatalogue;
import dev.parity.spi.QuirkCatalogue.Codes;
import dev.parity.trace.LogSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Looks for quirks in the lines of logs, one after another. What it keeps does not grow with a log's length.
///
/// Lines of several processes may be mixed. A process is told by the prefixes of its lines; lines without any are of
/// one process.
final class Diagnosis {
    /// Places that are kept of a finding; the rest are counted.
    static final int MOST_PLACES = 8;
    /// Different lines that are kept of what is not explained.
    static final int MOST_UNKNOWN = 50;
    /// Processes whose tracebacks are followed; the one seen longest ago is forgotten.
    private static final int MOST_PROCESSES = 4096;
    private static final int LONGEST_TEXT = 300;

    private static final String TRACEBACK = "Traceback (most recent call last)";
    private static final Pattern ERROR = Pattern.compile(
            "\\s*(?:[A-Za-z_]\\w*\\.)*[A-Z]\\w*(?:Error|Exception|Interrupt|Exit|Timeout|Failure)\\b(?::.*|\\s*)");
    private static final Pattern NUMBER = Pattern.compile("(?:0x)?\\d[\\da-fA-F]*");

    private final List<Quirk> quirks;
    private final List<Codes> codes;
    private final Map<Quirk, Sighting> sightings = new HashMap<>();
    private final SequencedMap<String, Unexplained> errors = new LinkedHashMap<>();
    private final SequencedMap<String, Unexplained> seenCodes = new LinkedHashMap<>();
    private final LinkedHashMap<String, Source> processes = new LinkedHashMap<>(16, 0.75f, true);
    private long lines;

    Diagnosis(List<QuirkCatalogue> catalogues) {
        quirks = catalogues.stream()
                .flatMap(catalogue -> catalogue.quirks().stream())
                .filter(quirk -> !quirk.symptoms().isEmpty())
                .toList();
        codes = catalogues.stream()
                .flatMap(catalogue -> catalogue.codes().stream())
                .toList();
    }

    /// What was found.
    ///
    /// @param lines that were read
    /// @param findings the surest first
    /// @param errors last lines of tracebacks that no quirk explains
    /// @param codes error codes, whether of a finding or not
    record Report(long lines, List<Finding> findings, List<Unexplained> errors, List<Unexplained> codes) {}

    /// A quirk that the logs show.
    ///
    /// @param quirk what is known of it
    /// @param certainty of the surest line
    /// @param places the first lines that show it, `file:line`
    /// @param lines number of lines that show it
    /// @param ranks those that the lines name
    record Finding(Quirk quirk, Certainty certainty, List<String> places, long lines, List<String> ranks) {}

    /// Something that looks like an error.
    ///
    /// @param text the line, or the code
    /// @param meaning of the code; of a line empty
    /// @param place the first line, `file:line`
    /// @param lines number of lines that have it, numbers in them aside
    record Unexplained(String text, String meaning, String place, long lines) {
        Unexplained again() {
            return new Unexplained(text, meaning, place, lines + 1);
        }
    }

    /// A line that shows a quirk.
    private record Shown(String place, String rank, Certainty certainty) {}

    private static final class Sighting {
        private final List<String> places = new ArrayList<>();
        private final TreeSet<String> ranks =
                new TreeSet<>(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
        private Certainty certainty = Certainty.POSSIBLE;
        private long lines;

        void add(Shown shown) {
            lines++;
            if (places.size() < MOST_PLACES) {
                places.add(shown.place);
            }
            if (!shown.rank.isEmpty()) {
                ranks.add(shown.rank);
            }
            certainty = Collections.max(List.of(certainty, shown.certainty));
        }
    }

    private static final class Source {
        private final SequencedMap<Quirk, List<Shown>> frames = new LinkedHashMap<>();
        private final Map<Symptom, Long> before = new HashMap<>();
        private boolean inTraceback;
        private long lines;
    }

    /// Reads the next line.
    ///
    /// @param log the file as the user names it
    /// @param line of it
    void read(Path log, LogSource.Line line) {
        lines++;
        String place = log + ":" + line.number();
        LogPrefix parts = LogPrefix.of(line.text());
        Source process = processes.computeIfAbsent(log + "\n" + parts.origin(), name -> new Source());
        if (processes.size() > MOST_PROCESSES) {
            processes.pollFirstEntry().getValue().frames.forEach(this::addAll);
        }
        process.lines++;
        boolean explained = false;
        for (Quirk quirk : quirks) {
            Optional<Symptom> symptom = shown(quirk, parts.text(), process);
            if (symptom.isEmpty()) {
                continue;
            }
            Shown shown = new Shown(place, parts.rank(), symptom.get().certainty());
            if (symptom.get().frame()) {
                List<Shown> frames = process.frames.computeIfAbsent(quirk, key -> new ArrayList<>());
                if (frames.size() < MOST_PLACES) {
                    frames.add(shown);
                }
                continue;
            }
            explained = true;
            addAll(quirk, process.frames.getOrDefault(quirk, List.of()));
            process.frames.remove(quirk);
            addAll(quirk, List.of(shown));
        }
        if (ERROR.matcher(parts.text()).matches()) {
            endOfTraceback(process, explained, parts.text(), place);
        }
        process.inTraceback |= parts.text().contains(TRACEBACK);
        codes(parts.text(), place);
    }

    private void endOfTraceback(Source process, boolean explained, String text, String place) {
        process.frames.clear(); // they led to this error, not to that of their quirks
        if (process.inTraceback && !explained) {
            count(errors, cut(text.strip()), "", place);
        }
        process.inTraceback = false;
    }

    /// Returns the surest symptom of a quirk in a line.
    private static Optional<Symptom> shown(Quirk quirk, String text, Source process) {
        Optional<Symptom> best = Optional.empty();
        for (Symptom symptom : quirk.symptoms()) {
            if (!symptom.standsAlone() && symptom.after().matcher(text).find()) {
                process.before.put(symptom, process.lines);
            }
            boolean better = best.isEmpty() || best.get().certainty().compareTo(symptom.certainty()) < 0;
            if (better
                    && isAfter(symptom, process)
                    && symptom.line().matcher(text).find()) {
                best = Optional.of(symptom);
            }
        }
        return best;
    }

    private static boolean isAfter(Symptom symptom, Source process) {
        return symptom.standsAlone()
                || process.lines - process.before.getOrDefault(symptom, Long.MIN_VALUE / 2) <= Symptom.WINDOW;
    }

    private void codes(String text, String place) {
        for (Codes kind : codes) {
            Matcher found = kind.printed().matcher(text);
            while (found.find()) {
                String code = found.group(1);
                kind.meaning(code).ifPresent(meaning -> count(seenCodes, code, meaning, place));
            }
        }
    }

    private static void count(SequencedMap<String, Unexplained> seen, String text, String meaning, String place) {
        String key = meaning.isEmpty() ? NUMBER.matcher(text).replaceAll("#") : text;
        if (seen.containsKey(key) || seen.size() < MOST_UNKNOWN) {
            seen.merge(key, new Unexplained(text, meaning, place, 1), (first, next) -> first.again());
        }
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }

    private void addAll(Quirk quirk, List<Shown> shown) {
        shown.forEach(
                each -> sightings.computeIfAbsent(quirk, key -> new Sighting()).add(each));
    }

    /// Ends the reading: a traceback without an end speaks by its frames.
    ///
    /// @return what was found
    Report report() {
        processes.values().forEach(process -> process.frames.forEach(this::addAll));
        processes.clear();
        List<Finding> findings = quirks.stream()
                .filter(sightings::containsKey)
                .map(quirk -> {
                    Sighting seen = Objects.requireNonNull(sightings.get(quirk));
                    return new Finding(
                            quirk, seen.certainty, List.copyOf(seen.places), seen.lines, List.copyOf(seen.ranks));
                })
                .sorted(Comparator.comparing(Finding::certainty).reversed())
                .toList();
        return new Report(lines, findings, List.copyOf(errors.values()), List.copyOf(seenCodes.values()));
    }
}
