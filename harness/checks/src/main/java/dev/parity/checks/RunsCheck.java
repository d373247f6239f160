package dev.parity.checks;

import dev.parity.runner.Judge;
import dev.parity.runner.RunFiles;
import dev.parity.spi.Canonical;
import dev.parity.statistics.Profile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Asks of recorded runs or logs.
///
/// @param references traces, logs, folders, or globs for them; at least one
/// @param candidates the same, of the other side
/// @param judge how to judge them
public record RunsCheck(List<String> references, List<String> candidates, Judge judge) implements Check {
    private static final int HASH_DIGITS = 12;

    /// Copies the lists; refuses a side without runs.
    public RunsCheck {
        references = List.copyOf(references);
        candidates = List.copyOf(candidates);
        if (references.isEmpty() || candidates.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected at least one trace, log or folder a side, found reference %s and candidate %s"
                            .formatted(references, candidates));
        }
    }

    @Override
    public String title() {
        return RunFiles.title(references, candidates);
    }

    @Override
    public String folderName() {
        return "compare-" + Canonical.hash(command()).substring(0, HASH_DIGITS);
    }

    @Override
    public String command() {
        Map<String, Double> usual =
                Profile.named(judge.profile().name()).margins().values();
        Stream<String> margins = judge.profile().margins().values().entrySet().stream()
                .filter(each -> !each.getValue().equals(usual.get(each.getKey())))
                .map(each -> "margins.%s=%s".formatted(each.getKey(), each.getValue()));
        return new CommandLine("compare")
                .option("--profile", Stream.of(judge.profile().name()))
                .option("--set", margins)
                .demands(judge.required(), judge.waivers())
                .words(references)
                .words(List.of("--"))
                .words(candidates)
                .text();
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public Checked run(Path folder) {
        return Checked.of(this, folder, () -> judge.judge(RunFiles.of(references), RunFiles.of(candidates)));
    }
}
