package dev.parity.reports.internal;

import java.util.List;

/// What a calibration shows, as words. A rate is a text such as `9/10 (90.0 %, 95 %: 59.6 to 98.2)`.
///
/// @param command what was run
/// @param machine where
/// @param seconds median of a trial
/// @param right rate of PASS or WARN among equal runs
/// @param falseAlarms rate of FAIL among equal runs
/// @param found rate of faults that were found
/// @param cause rate of first suspects that were right
/// @param clean pairs of equal runs
/// @param faults what was planted
/// @param gates how often each failed
/// @param strengths down to which strength a fault is found
/// @param misses wrong answers, and failures put down to something else
public record CalibrationPage(
        String command,
        String machine,
        String seconds,
        String right,
        String falseAlarms,
        String found,
        String cause,
        List<Row> clean,
        List<Row> faults,
        List<Gate> gates,
        List<Strength> strengths,
        List<Miss> misses) {
    /// Trials of one subject.
    ///
    /// @param name of the fault with its strength, or of the pair
    /// @param scenario of the runs
    /// @param overrides of the scenario
    /// @param right rate of right answers
    /// @param missed whether any answer was wrong
    /// @param verdicts counted
    /// @param suspects that a failure can rightly be put down to
    /// @param cause rate of right first suspects
    /// @param named first suspects, counted
    /// @param gates that failed most often
    /// @param seconds median of a trial
    public record Row(
            String name,
            String scenario,
            String overrides,
            String right,
            boolean missed,
            String verdicts,
            String suspects,
            String cause,
            String named,
            String gates,
            String seconds) {}

    /// A gate.
    ///
    /// @param name its id
    /// @param falseAlarms rate of FAIL among equal runs
    /// @param found rate of FAIL among faults
    public record Gate(String name, String falseAlarms, String found) {}

    /// A fault that was planted in several strengths.
    ///
    /// @param name of the fault
    /// @param weakest strength from which on all are found at least 95 % of the time, or `none`
    /// @param rates by strength
    public record Strength(String name, String weakest, String rates) {}

    /// A wrong answer.
    ///
    /// @param subject what was compared
    /// @param trial its number
    /// @param verdict what was said
    /// @param suspect first suspect, or `none`
    /// @param headline of the result
    public record Miss(String subject, int trial, ReportPage.Tag verdict, String suspect, String headline) {}
}
