package dev.parity.cli;

import dev.parity.engine.DataException;
import dev.parity.engine.TrainingException;
import dev.parity.runner.ScenarioException;
import dev.parity.spi.BackendException;
import dev.parity.trace.TraceFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/// Turns what a command throws into a line for people and an exit code. A stack trace is printed for what
/// nobody foresaw.
final class Failures implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception problem, CommandLine command, ParseResult parsed) {
        boolean input = problem instanceof ScenarioException
                || problem instanceof DataException
                || problem instanceof TraceFormatException
                || problem instanceof IllegalArgumentException
                || problem instanceof IOException
                || problem instanceof UncheckedIOException;
        boolean broken = problem instanceof BackendException || problem instanceof TrainingException;
        if (!input && !broken) {
            problem.printStackTrace(command.getErr());
            return ExitCode.BROKEN;
        }
        String reason = switch (problem) {
            case UncheckedIOException io -> io.getMessage() + ": " + io.getCause();
            case IOException io -> "cannot use a file or folder: " + io;
            default -> String.valueOf(problem.getMessage());
        };
        command.getErr().println(command.getColorScheme().errorText("parity: " + reason));
        return input ? ExitCode.USAGE : ExitCode.BROKEN;
    }
}
