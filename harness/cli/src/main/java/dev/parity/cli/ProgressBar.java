package dev.parity.cli;

import java.io.PrintWriter;
import picocli.CommandLine;

/// Shows how far a run is: one line that is written over on a terminal (there is nothing else on standard
/// output then), a line at the end of each training on standard error elsewhere.
final class ProgressBar {
    private static final int WIDTH = 30;
    private static final long NANOS_BETWEEN = 100_000_000;

    @SuppressWarnings("SystemConsoleNull") // seen on JDK 25: null without a terminal
    private final boolean terminal = System.console() != null;

    private final PrintWriter out;
    private long last;

    ProgressBar(CommandLine command) {
        out = terminal ? command.getOut() : command.getErr();
    }

    synchronized void at(String run, int number, int runs, String phase, long done, long total) {
        boolean whole = phase.equals("evaluation");
        if (!terminal) {
            if (whole) {
                out.println("[%d/%d] %s: trained, evaluating".formatted(number, runs, run));
                out.flush();
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
        out.print("\r[%d/%d] %-20s [%s] %-24s".formatted(number, runs, run, bar, state));
        out.flush();
    }

    /// Ends the line.
    synchronized void done() {
        if (terminal) {
            out.print("\r" + " ".repeat(90) + "\r");
            out.flush();
        }
    }
}
