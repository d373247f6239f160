package dev.parity.cli;

import dev.parity.spi.MatrixRule;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Finds out how a board's matrix unit sums.
@Command(
        name = "probe",
        mixinStandardHelpOptions = true,
        description = {
            "Print dot products that tell how a matrix unit sums, and name the parameters that give a board's answers.",
            "Columns: id, format, operands and accumulator as of model dot; d_fp32 and d_fp16, empty, for the board's answers;",
            "what the known rules give, which is not read. Answers may be missing."
        },
        footer = {
            "",
            "Examples:",
            "  parity model probe -o probe.csv             to be computed on a board, results filled into d_fp32 or d_fp16",
            "  parity model probe --answers probe.csv      which parameters are these?",
            "",
            "Exit codes of --answers: 0 some rule gives every answer, 1 none does, 2 the file cannot be read."
        })
final class ModelProbeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    /// Layouts of the table.
    private enum Format {
        CSV
    }

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "csv", description = "of the table: csv")
    private Format format = Format.CSV;

    @Option(names = "--answers", paramLabel = "FILE", description = "a board's answers: the printed CSV, filled in")
    private Optional<Path> answers = Optional.empty();

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "to write, replaced if it exists (standard output)")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws IOException {
        if (answers.isEmpty()) {
            switch (format) {
                case CSV -> Output.write(out, spec, Calibration::write);
            }
            return ExitCode.OK;
        }
        RuleSearch search = RuleSearch.of(Answer.read(answers.get()));
        Output.write(out, spec, writer -> print(search, writer));
        return search.contradicted() == 0 ? ExitCode.OK : ExitCode.FAIL;
    }

    private static void print(RuleSearch search, PrintWriter out) {
        MatrixRule chosen = search.chosen();
        int answered = search.answers().size();
        if (search.contradicted() == 0) {
            out.println("%d of %d rules give all %d answers"
                    .formatted(search.rules().size(), RuleSearch.tried(), answered));
        } else {
            out.println("no rule of %d gives all %d answers; %d of them contradict the fewest, %d"
                    .formatted(RuleSearch.tried(), answered, search.rules().size(), search.contradicted()));
            search.contradictions(chosen)
                    .forEach((answer, said) -> out.println("  %s: the board says %s, the rule below %s"
                            .formatted(answer.id(), answer.hex(answer.result()), answer.hex(said))));
        }
        Map<String, Set<String>> found = search.found();
        out.println(search.contradicted() == 0 ? "what fits:" : "what comes nearest:");
        found.forEach((parameter, values) -> {
            if (values.size() == 1) {
                out.println("  %s = %s".formatted(parameter, String.join("", values)));
            }
        });
        out.println("what the answers leave open:");
        List<String> open = found.entrySet().stream()
                .filter(each -> each.getValue().size() > 1)
                .map(each -> "  %s: %s".formatted(each.getKey(), values(each.getKey(), each.getValue())))
                .toList();
        (open.isEmpty() ? List.of("  nothing") : open).forEach(out::println);
        String names = search.named().stream()
                .map(named -> named.name() + " (" + named.description() + ")")
                .collect(Collectors.joining("; "));
        out.println("named: " + (names.isEmpty() ? "none" : names));
        out.println("as settings of a scenario, %s:"
                .formatted(names.isEmpty() ? "the first of these rules" : "the first name"));
        RuleSearch.settings(chosen)
                .forEach((parameter, value) ->
                        out.println("  --set candidate.mode.matrix.%s=%s".formatted(parameter, value)));
    }

    private static String values(String parameter, Set<String> values) {
        return RuleSearch.isOpen(parameter, values) ? "any" : String.join(" or ", values);
    }
}
