package dev.parity.ci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// What README and the pages of `docs` tell a user to type. Each block of commands (`sh`) is run by bash, in a folder
/// with the files that the pages speak of; each command ends with the exit code that its comment names, or with 0.
/// A block that says why it is not run (`sh not run: REASON`) is only parsed, as are commands within a line of
/// README: command and options exist.
final class DocumentedCommandsTest {
    private static final Pattern COMMAND = Pattern.compile("^(\\./parity|ci/gate\\.sh) .*", Pattern.MULTILINE);
    private static final Pattern WITHIN_A_LINE = Pattern.compile("`(\\./parity [^`]+)`");
    private static final Pattern EXIT_CODE = Pattern.compile("# exit code ([0-4])");

    @TempDir
    static Path folder;

    /// A fenced block: file and line of its fence, what stands behind the fence, and what is in it.
    private record Block(String place, String info, String text) {
        List<String> commands() {
            return COMMAND.matcher(text).results().map(MatchResult::group).toList();
        }

        boolean isRun() {
            return info.equals("sh");
        }

        List<String> exitCodes() {
            return commands().stream()
                    .map(EXIT_CODE::matcher)
                    .map(code -> isRun() && code.find() ? code.group(1) : "0")
                    .toList();
        }
    }

    private static List<Block> blocks() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(Scripts.ROOT.resolve("README.md")));
        try (Stream<Path> files = Files.list(Scripts.ROOT.resolve("docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        List<Block> blocks = new ArrayList<>();
        for (Path page : pages) {
            List<String> lines = Files.readAllLines(page);
            for (int at = 0; at < lines.size(); at++) {
                if (lines.get(at).startsWith("```")) {
                    int end = at + 1 + lines.subList(at + 1, lines.size()).indexOf("```");
                    String text = String.join("\n", lines.subList(at + 1, end));
                    String place = "%s:%d".formatted(Scripts.ROOT.relativize(page), at + 1);
                    blocks.add(new Block(place, lines.get(at).substring(3), text));
                    at = end;
                }
            }
        }
        return blocks;
    }

    @BeforeAll
    static void makeTheFilesThatThePagesSpeakOf() throws IOException, InterruptedException {
        String program = """
                #!/bin/bash
                case $1 in test | bench | dist) echo 0 >> codes; exit ;; esac # the launcher's own
                case $1 in
                  run | record | lockstep) compiler=4 ;;
                  *) compiler=1 ;;
                esac
                java() {
                  '%s' --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC \\
                    -XX:TieredStopAtLevel=$compiler -cp '%s' dev.parity.cli.Main "$@"
                }
                if [ -z "$ONLY_PARSE" ]; then
                  java "$@"
                  echo $? >> codes
                else # the one word that it does not know is the last one
                  java "$@" --not-there 2>&1 | grep "Unknown option: '--not-there'"
                  echo ${PIPESTATUS[1]} >> codes
                fi
                """.formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        assertThat(Files.writeString(folder.resolve("parity"), program).toFile().setExecutable(true))
                .isTrue();
        Files.createDirectory(folder.resolve("ci"));
        Files.copy(Scripts.ROOT.resolve("ci/gate.sh"), folder.resolve("ci/gate.sh"));
        for (String name : List.of("gpu.log", "npu.log", "npu-broken.log")) {
            Files.copy(Scripts.ROOT.resolve("docs/examples/parity-tests/logs").resolve(name), folder.resolve(name));
        }
        Random noise = new Random(1);
        for (String name : List.of("a.log", "b.log", "c.log", "d.log")) {
            List<String> log = new ArrayList<>(rows(step ->
                    "[1, %5d] loss: %.4f".formatted(step * 100, loss(step) * (1 + 2e-4 * noise.nextGaussian()))));
            log.add("Finished Training");
            Files.write(folder.resolve(name), log);
        }
        // equal on both sides: what is tested is how runs are named, and not what few steps show
        for (String name : List.of("own.csv", "gpu.csv", "npu.csv")) {
            List<String> table = new ArrayList<>(List.of("it,the loss,g"));
            table.addAll(rows(step -> "%d,%.4f,%.4f".formatted(step, loss(step), 1 + loss(step) / 10)));
            Files.write(folder.resolve(name), table);
        }
        Outcome made = bash("""
                ./parity record moe-cifar --seeds 1..2 --set train.steps=60 --set data.testItems=100 -o gpu/%d.jsonl.gz
                mkdir -p runs/moe-cifar
                cp -r gpu npu
                for seed in 1 2; do
                  cp gpu/$seed.jsonl.gz gpu-$seed.jsonl.gz
                  cp gpu/$seed.jsonl.gz npu-$seed.jsonl.gz
                  cp gpu/$seed.jsonl.gz runs/moe-cifar/reference-seed$seed.jsonl.gz
                  cp gpu/$seed.jsonl.gz runs/moe-cifar/candidate-seed$seed.jsonl.gz
                done
                """, false);
        assertThat(made.codes).as(made.output).containsExactly("0");
    }

    private static List<String> rows(IntFunction<String> row) {
        return IntStream.rangeClosed(1, 80).mapToObj(row).toList();
    }

    private static double loss(int step) {
        return 1.5 + Math.exp(-step / 30.0);
    }

    /// What a script did: exit codes of Parity, and what was printed.
    private record Outcome(int code, List<String> codes, String output) {}

    private static Outcome bash(String script, boolean onlyParse) throws IOException, InterruptedException {
        Path codes = Files.writeString(folder.resolve("codes"), "");
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("bash", "-euc", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("ONLY_PARSE", onlyParse ? "yes" : "");
        Process process = builder.start();
        boolean ended = process.waitFor(300, TimeUnit.SECONDS);
        process.destroy();
        String printed = Files.readString(output);
        assertThat(ended).as(printed).isTrue();
        return new Outcome(process.exitValue(), Files.readAllLines(codes), printed);
    }

    @TestFactory
    Stream<DynamicTest> eachBlockOfCommandsDoesWhatItsPageSays() throws IOException {
        return blocks().stream()
                .filter(block -> block.info.startsWith("sh"))
                .map(block -> dynamicTest(block.place, () -> {
                    Outcome outcome = bash(block.text, !block.isRun());
                    assertThat(outcome.code).as(outcome.output).isZero();
                    assertThat(outcome.codes).as(outcome.output).isEqualTo(block.exitCodes());
                }));
    }

    @TestFactory
    Stream<DynamicTest> eachCommandWithinALineOfReadmeIsOne() throws IOException {
        return WITHIN_A_LINE
                .matcher(Files.readString(Scripts.ROOT.resolve("README.md")))
                .results()
                .map(command -> command.group(1))
                .distinct()
                .map(command -> dynamicTest(
                        command, () -> assertThat(bash(command, true).codes).containsExactly("0")));
    }

    @Test
    void noCommandHidesInABlockOfAnotherKind() throws IOException {
        List<Block> blocks = blocks();
        assertThat(blocks.stream().filter(block -> !block.commands().isEmpty()))
                .allMatch(block -> block.isRun() || block.info.matches("sh not run: \\S.*"));
        assertThat(blocks.stream()
                        .filter(Block::isRun)
                        .mapToInt(block -> block.commands().size())
                        .sum())
                .isGreaterThan(30);
    }

    @Test
    void anOptionThatDoesNotExistIsFoundWithoutARun() throws IOException, InterruptedException {
        assertThat(bash("./parity record moe-cifar --seed 3", true).codes).containsExactly("1");
        assertThat(bash("./parity record moe-cifar --seeds 3..3", true).codes).containsExactly("0");
    }
}
