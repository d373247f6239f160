package dev.parity.cli;

/// Shows how far a run is: one line that is written over on a terminal (there is nothing else on standard
/// output then), a line at the end of each training on standard error elsewhere.
final class ProgressBar {
    private static final int WIDTH = 30;
    private static final long NANOS_BETWEEN = 100_000_000;

    @SuppressWarnings("SystemConsoleNull") // seen on JDK 25: null without a terminal
    private final boolean terminal = System.console() != null;

    private long last;

    synchronized void at(String run, int number, int runs, String phase, long done, long total) {
        boolean whole = phase.equals("evaluation");
        if (!terminal) {
            if (whole) {
                Terminal.ERR.println("[%d/%d] %s: trained, evaluating".formatted(number, runs, run));
            }
            return;
        }
        long now = System.nanoTime();
        if (!whole && now - last < NANOS_BETWEEN) {
            return;
        }
        last = now;
        int filled = whole ? WIDTH : (int) (WIDTH * done / total);
        String bar = "#".repeat(filled) + ".".repeat(WIDTH - filled);
        String state = whole ? "evaluating" : "step %d of %d".formatted(done, total);
        Terminal.OUT.raw("\r[%d/%d] %-20s [%s] %-24s".formatted(number, runs, run, bar, state));
    }

    /// Ends the line.
    synchronized void done() {
        if (terminal) {
            Terminal.OUT.raw("\r" + " ".repeat(90) + "\r");
        }
    }
}
