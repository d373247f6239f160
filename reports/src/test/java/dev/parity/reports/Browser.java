package dev.parity.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A headless Chromium.
final class Browser {
    private Browser() {}

    /// Finds it, or skips the test; CI must have one.
    static Path find() {
        Optional<Path> found = Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(":", -1)).map(place -> Path.of(place, name)))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent() || System.getenv("CI") != null, "no Chromium on the PATH");
        assertThat(found).as("CI has a Chromium").isPresent();
        return found.orElseThrow();
    }

    /// Opens a page without a network, and returns what the browser printed.
    static String run(Path browser, Path folder, Path page, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                browser.toString(),
                "--headless",
                "--no-sandbox", // tests run as root in containers
                "--disable-gpu",
                "--disable-quic",
                "--host-resolver-rules=MAP * ~NOTFOUND", // no network
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir="
                        + Files.createTempDirectory(folder, "profile").toAbsolutePath()));
        command.addAll(List.of(options));
        command.add(page.toUri().toString());
        Path out = folder.resolve("chromium.out");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("the browser ends").isTrue();
        assertThat(process.exitValue()).isZero();
        return Files.readString(out);
    }
}
