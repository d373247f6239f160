package dev.parity.cli;

import dev.parity.engine.DataException;
import dev.parity.engine.TrainingException;
import dev.parity.runner.RunFailedException;
import dev.parity.runner.ScenarioException;
import dev.parity.spi.BackendException;
import dev.parity.trace.TraceFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/// Turns what a command throws into a line for people and an exit code. A stack trace is printed for what
/// nobody foresaw.
final class Failures implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception thrown, CommandLine command, ParseResult parsed) {
        Exception problem = thrown instanceof RunFailedException && thrown.getCause() instanceof RuntimeException cause
                ? cause
                : thrown;
        String run = thrown instanceof RunFailedException failed ? failed.run() + " failed: " : "";
        boolean input = problem instanceof ScenarioException
                || problem instanceof DataException
                || problem instanceof TraceFormatException
                || problem instanceof IllegalArgumentException
                || problem instanceof IOException
                || problem instanceof UncheckedIOException;
        boolean broken = problem instanceof BackendException || problem instanceof TrainingException;
        if (!input && !broken) {
            thrown.printStackTrace(command.getErr());
            return ExitCode.BROKEN;
        }
        String reason = switch (problem) {
            case UncheckedIOException io -> because(io, io);
            case IOException io -> "cannot use a file or folder: " + why(io);
            case TrainingException stopped
            when stopped.getCause() instanceof UncheckedIOException io -> because(stopped, io);
            default -> String.valueOf(problem.getMessage());
        };
        // a line that text from outside begins does not look like one of ours
        command.getErr().println("parity: " + run + reason.replace("\n", "\n  "));
        return input ? ExitCode.USAGE : ExitCode.BROKEN;
    }

    /// Adds the reason, unless it is said already.
    private static String because(Exception said, UncheckedIOException problem) {
        String message = String.valueOf(said.getMessage());
        String reason = why(Objects.requireNonNullElse(problem.getCause(), problem));
        return message.contains(reason) ? message : message + ": " + reason;
    }

    private static String why(Exception problem) {
        return switch (problem) {
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            case AccessDeniedException denied -> "no permission for " + denied.getFile();
            case FileAlreadyExistsException file -> file.getFile() + " is a file";
            default -> String.valueOf(problem.getMessage()); // the system's words, such as a full disk's
        };
    }
}
