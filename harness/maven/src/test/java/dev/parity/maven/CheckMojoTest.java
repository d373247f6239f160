package dev.parity.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.statistics.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckMojoTest {
    @TempDir
    private Path folder;

    private Path log(String name, double factor) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int step = 100; step <= 6000; step += 100) {
            text.append("[1, %5d] loss: %.3f\n".formatted(step, factor * (1 + Math.exp(-step / 2000.0))));
        }
        return Files.writeString(folder.resolve(name), text + "Finished Training\n");
    }

    private CheckMojo mojo(Path reference, Path candidate) {
        CheckMojo mojo = new CheckMojo();
        mojo.basedir = folder.toFile();
        mojo.reference = List.of(folder.relativize(reference).toString());
        mojo.candidate = List.of(candidate.toString());
        mojo.reportFolder = folder.resolve("report").toFile();
        return mojo;
    }

    @Test
    void equalLogsPassAndLeaveAReport() throws IOException {
        Path log = log("gpu.log", 1);
        assertThatCode(mojo(log, log)::execute).doesNotThrowAnyException();
        assertThat(folder.resolve("report/report.html")).isNotEmptyFile();
    }

    @Test
    void aLossThatIsOffFailsTheBuildInWords() throws IOException {
        CheckMojo mojo = mojo(log("gpu.log", 1), log("npu.log", 1.05));
        mojo.margins = Map.of("loss", 0.02);
        assertThatThrownBy(mojo::execute)
                .isInstanceOf(MojoFailureException.class)
                .hasMessageStartingWith("FAIL: ")
                .hasMessageContaining("\nloss-whole: FAIL: ")
                .hasMessageContaining("\nreport: ")
                .hasMessageContaining("\nagain: ./parity compare ");
        mojo.failOn = EnumSet.noneOf(Verdict.class);
        assertThatCode(mojo::execute).doesNotThrowAnyException();
        mojo.failOn = EnumSet.of(Verdict.FAIL);
        mojo.skip = true;
        assertThatCode(mojo::execute).doesNotThrowAnyException();
    }

    @Test
    void anUndecidedVerdictFailsTheBuild() throws IOException {
        Path log = log("gpu.log", 1);
        CheckMojo mojo = mojo(log, log);
        mojo.require = Set.of("accuracy");
        assertThatThrownBy(mojo::execute)
                .isInstanceOf(MojoFailureException.class)
                .hasMessageStartingWith("INCONCLUSIVE: ")
                .hasMessageContaining("accuracy");
    }

    @Test
    void whatCannotBeReadOrAskedIsAnError() throws IOException {
        Path log = log("gpu.log", 1);
        Path missing = folder.resolve("npu.log");
        assertThatThrownBy(mojo(log, missing)::execute)
                .isInstanceOf(MojoExecutionException.class)
                .hasMessageContaining(missing.toString());
        CheckMojo mojo = mojo(log, log);
        mojo.profile = "lenient";
        assertThatThrownBy(mojo::execute)
                .isInstanceOf(MojoExecutionException.class)
                .hasMessageContaining("no profile 'lenient', there are");
    }
}
