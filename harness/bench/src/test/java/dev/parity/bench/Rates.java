package dev.parity.bench;

import java.util.Arrays;

/// Rates of equal windows of one run.
///
/// @param min the slowest window
/// @param median of the windows
/// @param max the fastest window
record Rates(double min, double median, double max) {
    /// Summarises windows.
    static Rates of(double... windows) {
        double[] sorted = windows.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Rates(sorted[0], median, sorted[sorted.length - 1]);
    }
}
