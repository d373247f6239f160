package dev.parity.reports.internal;

import java.util.List;

/// What the page of a lockstep shows, as words and drawings.
///
/// @param scenario its name
/// @param seed of the training
/// @param golden what trained and is right
/// @param reference one device
/// @param candidate the other
/// @param profile how each Op was judged
/// @param verdict over all Ops
/// @param headline the verdict in words
/// @param first Op beyond its profile, in words, or empty
/// @param worst Op, in words
/// @param notes remarks
/// @param command what was run to get it
/// @param steps that were compared
public record LockstepPage(
        String scenario,
        String seed,
        String golden,
        String reference,
        String candidate,
        String profile,
        ReportPage.Tag verdict,
        String headline,
        String first,
        String worst,
        List<String> notes,
        String command,
        List<Step> steps) {
    /// A step.
    ///
    /// @param number of the step
    /// @param ops in order
    public record Step(String number, List<Op> ops) {}

    /// An output of an Op on both devices.
    ///
    /// @param name position and kind
    /// @param part of the program
    /// @param value what it computes
    /// @param tensor its format and size
    /// @param verdict its own
    /// @param reason of the verdict
    /// @param worst its worst element, in words
    /// @param ratio of the candidate's error to the reference's, or empty
    /// @param sides the reference's errors, then the candidate's
    public record Op(
            String name,
            String part,
            String value,
            String tensor,
            ReportPage.Tag verdict,
            String reason,
            String worst,
            String ratio,
            List<Errors> sides) {}

    /// Errors of a device against the golden.
    ///
    /// @param max largest
    /// @param mean of all elements
    /// @param rms root of the mean square
    /// @param bias signed mean
    /// @param growth of the tensor's size
    /// @param bars of the histogram
    public record Errors(String max, String mean, String rms, String bias, String growth, List<Bar> bars) {
        /// Returns the histogram in words.
        ///
        /// @return each bar
        public String histogram() {
            return String.join(", ", bars.stream().map(Bar::title).toList());
        }
    }

    /// A bar of a histogram.
    ///
    /// @param title in words
    /// @param height in pixels
    public record Bar(String title, long height) {}
}
