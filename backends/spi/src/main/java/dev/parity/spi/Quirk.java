package dev.parity.spi;

import java.util.List;
import java.util.regex.Pattern;

/// Something known to go wrong, or to compute otherwise, on a device or in the software above it.
///
/// @param id lower case words with hyphens, for example `hccl-reduces-no-bytes`
/// @param title a line that names it
/// @param symptoms what a log shows of it; none where only numbers show it
/// @param products devices that have it, as their vendor names them
/// @param versions of the software that has it, as far as is known
/// @param place where it lives
/// @param certain whether its source states it; otherwise sources conflict, or it is inferred
/// @param cause why it happens
/// @param workaround what to do against it
/// @param off how to have the behaviour without the workaround
/// @param home what shows it here
/// @param source public documents or code that it is taken from
public record Quirk(
        String id,
        String title,
        List<Symptom> symptoms,
        List<String> products,
        String versions,
        Place place,
        boolean certain,
        String cause,
        String workaround,
        String off,
        Home home,
        String source) {
    private static final Pattern ID = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

    /// Refuses a quirk without one of its texts; copies the lists.
    public Quirk {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("the id of a quirk is lower case words with hyphens, was '" + id + "'");
        }
        symptoms = List.copyOf(symptoms);
        products = List.copyOf(products);
        for (String text : List.of(title, versions, cause, workaround, off, source)) {
            if (text.isBlank()) {
                throw new IllegalArgumentException(
                        "title, versions, cause, workaround, off and source of quirk %s must have a text"
                                .formatted(id));
            }
        }
        if (products.isEmpty()) {
            throw new IllegalArgumentException("quirk %s must name a product".formatted(id));
        }
    }

    /// Where a quirk lives.
    public enum Place {
        /// In a library of operators or collectives.
        LIBRARY,
        /// In the driver, the runtime, or how they are installed.
        RUNTIME,
        /// In Python code above them.
        PYTHON
    }

    /// How sure a symptom makes of its quirk.
    public enum Certainty {
        /// Others have this symptom too.
        POSSIBLE,
        /// It is rarely of anything else.
        LIKELY,
        /// It is of nothing else.
        CERTAIN
    }

    /// What one line of a log shows.
    ///
    /// @param line found in the line, without the prefixes that launchers add
    /// @param after found in one of the [#WINDOW] lines of the same process before it; empty if none is needed
    /// @param certainty how sure it makes
    /// @param frame whether it is a line of a traceback, which says nothing if that ends with another error
    public record Symptom(Pattern line, Pattern after, Certainty certainty, boolean frame) {
        /// Lines of a process within which a symptom's two lines lie.
        public static final int WINDOW = 400;

        /// Tells whether one line is enough.
        ///
        /// @return false if another must have come before
        public boolean standsAlone() {
            return after.pattern().isEmpty();
        }
    }

    /// What shows a quirk here.
    public sealed interface Home {
        /// A model of the device computes as with the quirk.
        ///
        /// @param settings of a scenario that switch it on, for example `candidate.mode.overflow=saturate`
        record Reproduced(List<String> settings) implements Home {
            /// Copies the list, of at least one.
            public Reproduced {
                settings = List.copyOf(settings);
                if (settings.isEmpty()) {
                    throw new IllegalArgumentException("a quirk that is reproduced must name a setting");
                }
            }
        }

        /// A fault that can be planted computes as with the quirk.
        ///
        /// @param fault its id
        record Planted(String fault) implements Home {}

        /// A fake of the device has it, and a test shows it.
        ///
        /// @param test class and method, for example `PhasesTest.typesAndShapesFit`
        record OnFakeDevice(String test) implements Home {}

        /// Only a log or a look at the machine shows it.
        ///
        /// @param reason why nothing here computes with it
        record DiagnoseOnly(String reason) implements Home {}
    }
}
