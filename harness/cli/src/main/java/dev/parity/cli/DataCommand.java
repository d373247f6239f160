package dev.parity.cli;

import dev.parity.engine.DataException;
import dev.parity.engine.DataSet;
import dev.parity.engine.DataSets;
import dev.parity.runner.DataFetcher;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Fetches and checks CIFAR-10.
@Command(
        name = "data",
        mixinStandardHelpOptions = true,
        description = "Fetch CIFAR-10, or check a copy of it.",
        subcommands = {DataCommand.Fetch.class, DataCommand.Verify.class})
final class DataCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected fetch or verify");
    }

    /// Downloads and unpacks.
    @Command(
            name = "fetch",
            mixinStandardHelpOptions = true,
            description = "Download the official archive, check its SHA-256, unpack it.")
    static final class Fetch implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Parameters(paramLabel = "DIR", description = "where to unpack")
        private Path folder = Path.of("");

        @Option(names = "--url", description = "a mirror (${DEFAULT-VALUE})")
        private URI url = DataFetcher.OFFICIAL;

        @Option(names = "--sha256", paramLabel = "HEX", description = "checksum of another archive")
        private String sha256 = DataFetcher.OFFICIAL_SHA256;

        @Override
        public Integer call() {
            DataFetcher.fetch(url, sha256, folder);
            spec.commandLine()
                    .getOut()
                    .println("unpacked into %s; check with: parity data verify %s".formatted(folder, folder));
            return ExitCode.OK;
        }
    }

    /// Reads a copy and counts.
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Read a copy of CIFAR-10 in any layout, and check sizes, labels and counts.")
    static final class Verify implements Callable<Integer> {
        private static final int TRAIN = 5000;
        private static final int TEST = 1000;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Parameters(paramLabel = "DIR", description = "folder, zip, or the official .tar.gz")
        private Path place = Path.of("");

        @Override
        public Integer call() {
            if (place.toString().endsWith(".tar.gz")) {
                DataFetcher.verify(place);
                spec.commandLine().getOut().println("%s: the official archive, by its SHA-256".formatted(place));
                return ExitCode.OK;
            }
            DataSets sets = DataSets.read(place);
            check("training", sets.train(), TRAIN);
            check("test", sets.test(), TEST);
            spec.commandLine()
                    .getOut()
                    .println("%s: CIFAR-10 in layout '%s', %d training and %d test images, every class equally often"
                            .formatted(
                                    place,
                                    sets.name(),
                                    sets.train().size(),
                                    sets.test().size()));
            return ExitCode.OK;
        }

        private void check(String name, DataSet set, int each) {
            int[] counts = new int[set.classes().size()];
            for (int item = 0; item < set.size(); item++) {
                counts[set.label(item)]++;
            }
            if (Arrays.stream(counts).anyMatch(count -> count != each)) {
                throw new DataException("%s: expected %d %s images of each class, found %s of %s"
                        .formatted(place, each, name, Arrays.toString(counts), set.classes()));
            }
        }
    }
}
