package dev.parity.cpu.internal.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No kernel may leave a vector to the garbage collector, whatever the compiler knows when it compiles.
///
/// Each set of options makes certain what otherwise happens once in a dozen runs: that a receiver's class is
/// taken from the profile only if it is the only one seen, that there is no profile, that there is none of the
/// first compiler.
final class KernelAllocationTest {
    /// Well under the 18,000 at which C2 gives up inlining (NodeCountInliningCutoff).
    private static final int NODES = 15_000;

    private static final Pattern METHOD =
            Pattern.compile(" method='dev\\.parity\\.cpu\\.internal\\.vector\\.(Vector\\w+ \\w+) ");
    private static final Pattern PARSED = Pattern.compile("<parse_done nodes='(\\d+)'");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:TypeProfileMajorReceiverPercent=100 -XX:-UseTypeSpeculation",
                "-XX:-UseTypeProfile",
                "-XX:-TieredCompilation"
            })
    void noKernelAllocates(String options) throws IOException, InterruptedException {
        Path log = folder.resolve("compilations.xml");
        List<String> command = Stream.of(
                        Stream.of(Path.of(System.getProperty("java.home"), "bin", "java")
                                .toString()),
                        Stream.of("--add-modules=jdk.incubator.vector", "-Xbatch", "-XX:+UseSerialGC", "-Xlog:disable"),
                        Stream.of("-XX:+UnlockDiagnosticVMOptions", "-XX:+LogCompilation", "-XX:LogFile=" + log),
                        Arrays.stream(options.split(" ", -1)),
                        Stream.of("-cp", System.getProperty("java.class.path"), KernelAllocation.class.getName()))
                .flatMap(part -> part)
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed.lines().filter(line -> line.endsWith(" bytes a call")))
                .isEmpty();
        assertThat(printed).contains(KernelAllocation.kernels().size() + " kernels");
        assertThat(parseNodes(log))
                .hasSizeGreaterThan(10)
                .allSatisfy((_, nodes) -> assertThat(nodes).isLessThan(NODES));
    }

    /// Reads the most nodes that C2 had when it had parsed each kernel.
    private static Map<String, Integer> parseNodes(Path log) throws IOException {
        Map<String, Integer> most = new TreeMap<>();
        Optional<String> kernel = Optional.empty();
        for (String line : Files.readAllLines(log, StandardCharsets.ISO_8859_1)) {
            if (line.startsWith("<task ")) {
                Matcher method = METHOD.matcher(line);
                kernel = method.find() ? Optional.of(method.group(1)) : Optional.empty();
            }
            Matcher nodes = PARSED.matcher(line);
            if (kernel.isPresent() && nodes.find()) {
                most.merge(kernel.get(), Integer.valueOf(nodes.group(1)), Math::max);
            }
        }
        return most;
    }

    @Test
    void everyKernelIsMeasured() {
        Set<String> measured = KernelAllocation.kernels().stream()
                .map(KernelAllocation.Kernel::method)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> kernels = Stream.of(VectorConvolution.class, VectorElements.class, VectorMatrix.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> Arrays.asList(method.getParameterTypes()).contains(float[].class))
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(measured).isEqualTo(kernels);
    }
}
