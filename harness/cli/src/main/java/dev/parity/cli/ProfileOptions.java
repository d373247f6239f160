package dev.parity.cli;

import dev.parity.statistics.Profile;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/// Which gates judge recorded runs, and how much may differ.
final class ProfileOptions {
    static final String DESCRIPTION =
            "which gates judge: strict (default), one-pair, msprobe, mindformers, verl, paddle-ascend or megatron";

    @Option(names = "--profile", paramLabel = "NAME", description = DESCRIPTION)
    private String profile = Profile.STRICT.name();

    @Option(
            names = "--set",
            paramLabel = "margins.KEY=VALUE",
            description = "how much may differ, such as margins.loss=0.01; may be repeated")
    private List<String> changes = new ArrayList<>();

    Profile profile() {
        return MarginOption.of(Profile.named(profile), changes);
    }
}
