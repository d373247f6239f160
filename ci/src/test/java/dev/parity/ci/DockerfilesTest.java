package dev.parity.ci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The images' recipes: parsed by Docker's reference of instructions, and held to rules that hadolint has too. No image
/// is built here.
final class DockerfilesTest {
    private static final Set<String> INSTRUCTIONS =
            Set.of("ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "FROM", "RUN", "USER", "WORKDIR");
    private static final Pattern TAGGED = Pattern.compile("\\S+:\\$\\{\\w+}\\S*( AS \\w+)?");
    private static final Pattern EXEC = Pattern.compile("\\[\"[^\"]+\"(, \"[^\"]+\")*]");

    private record Instruction(String name, String arguments) {}

    private static List<Instruction> parse(String file) throws IOException {
        String text = Files.readString(Path.of("docker", file));
        List<Instruction> parsed = new ArrayList<>();
        for (String line : text.replaceAll("\\\\\n\\s*", "").split("\n", -1)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] parts = line.split(" ", 2);
                assertThat(INSTRUCTIONS).as("%s: %s", file, line).contains(parts[0]);
                assertThat(parts).as("%s: %s", file, line).hasSize(2);
                parsed.add(new Instruction(parts[0], parts[1]));
            }
        }
        return parsed;
    }

    private static Stream<String> of(List<Instruction> all, String name) {
        return all.stream().filter(each -> each.name.equals(name)).map(Instruction::arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuda.Dockerfile", "ascend.Dockerfile", "dist.Dockerfile"})
    void anImageIsPinnedCleanUnprivilegedAndAsksTheDoctor(String file) throws IOException {
        List<Instruction> all = parse(file);
        assertThat(of(all, "FROM"))
                .isNotEmpty()
                .allMatch(from -> TAGGED.matcher(from).matches());
        List<String> arguments = of(all, "ARG").toList();
        assertThat(arguments).allMatch(argument -> argument.matches("[A-Z_]+=\\S+") && !argument.endsWith("latest"));
        assertThat(of(all, "RUN").filter(run -> run.contains("apt-get install")))
                .isNotEmpty()
                .allMatch(run -> run.startsWith("apt-get update && apt-get install -y --no-install-recommends ")
                        && run.contains("rm -rf /var/lib/apt/lists/*"));
        assertThat(of(all, "RUN")).noneMatch(run -> run.contains("sudo ") || run.matches(".*\\bcd /.*"));
        assertThat(of(all, "WORKDIR")).allMatch(folder -> folder.startsWith("/"));
        assertThat(of(all, "USER").toList().getLast()).isEqualTo("parity");
        assertThat(Stream.concat(of(all, "ENTRYPOINT"), of(all, "CMD")))
                .hasSize(2)
                .allMatch(command -> EXEC.matcher(command).matches());
        assertThat(all.getLast()).isEqualTo(new Instruction("CMD", "[\"doctor\"]"));
    }
}
