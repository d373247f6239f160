package dev.parity.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Trains the MoE net with the engine and with libtorch, in several processes: what the compiler makes of the engine
/// differs from one to the next.
@Command(
        name = "train",
        description =
                "steps/s of the MoE net with AdamW, 16 images a step: 1 rank of 16 beside libtorch on 1 thread,"
                        + " 2 ranks of 8 beside 2 threads, in several processes a precision; ends with 1 if one of them boxes vectors")
final class TrainCommand implements Callable<Integer> {
    /// Bytes a step, of all ranks, above which vectors must have become objects.
    private static final double BOXED = 1e6;

    @Spec
    private CommandSpec spec;

    @Option(names = "--processes", paramLabel = "N", description = "processes a precision (5)")
    private int processes = 5;

    @Option(names = "--json", description = "print the result as JSON")
    private boolean json;

    @Option(names = "--data", paramLabel = "DIR", description = "real CIFAR-10 instead of synthetic images")
    private Path data;

    @Option(names = "--out", paramLabel = "DIR", description = "where the traces go (default: ${DEFAULT-VALUE})")
    private Path out = Path.of("runs/bench");

    /// Either number of ranks, over all processes.
    ///
    /// @param fp32StepsPerSecond of the engine
    /// @param fp16StepsPerSecond of the engine
    /// @param libtorchStepsPerSecond of its faster routing, in FP32, with as many threads
    /// @param fp32Ratio median over the processes of the engine's rate over libtorch's beside it
    /// @param fp16Ratio likewise
    record Ranks(
            Rates fp32StepsPerSecond,
            Rates fp16StepsPerSecond,
            Rates libtorchStepsPerSecond,
            Rates fp32Ratio,
            Rates fp16Ratio) {
        static Ranks of(List<TrainOnce.Turns> fp32, List<TrainOnce.Turns> fp16) {
            return new Ranks(
                    rates(fp32, Ranks::engine),
                    rates(fp16, Ranks::engine),
                    rates(Stream.concat(fp32.stream(), fp16.stream()).toList(), Ranks::peer),
                    rates(fp32, turns -> engine(turns) / peer(turns)),
                    rates(fp16, turns -> engine(turns) / peer(turns)));
        }

        private static double engine(TrainOnce.Turns turns) {
            return turns.engine().stepsPerSecond().median();
        }

        private static double peer(TrainOnce.Turns turns) {
            return turns.peer().stepsPerSecond().median();
        }

        private static Rates rates(List<TrainOnce.Turns> all, Function<TrainOnce.Turns, Double> rate) {
            return Rates.of(all.stream().mapToDouble(rate::apply).toArray());
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (processes < 1) {
            throw new ParameterException(spec.commandLine(), "--processes must be at least 1, was " + processes);
        }
        List<TrainOnce.Result> fp32 = new ArrayList<>();
        List<TrainOnce.Result> fp16 = new ArrayList<>();
        for (int process = 0; process < processes; process++) { // by turns, too
            fp32.add(process("fp32"));
            fp16.add(process("fp16"));
        }
        List<TrainOnce.Result> all = Stream.concat(fp32.stream(), fp16.stream()).toList();
        Ranks oneRank = Ranks.of(
                fp32.stream().map(TrainOnce.Result::oneRank).toList(),
                fp16.stream().map(TrainOnce.Result::oneRank).toList());
        Ranks twoRanks = Ranks.of(
                fp32.stream().map(TrainOnce.Result::twoRanks).toList(),
                fp16.stream().map(TrainOnce.Result::twoRanks).toList());
        Rates cpu =
                Rates.of(all.stream().mapToDouble(TrainOnce.Result::cpuSeconds).toArray());
        double[] bytes = all.stream()
                .flatMap(result -> Stream.of(result.oneRank(), result.twoRanks()))
                .mapToDouble(turns -> turns.engine().bytesAStep())
                .toArray();
        double most = Arrays.stream(bytes).max().orElseThrow();
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("fp32StepsPerSecond", twoRanks.fp32StepsPerSecond().median());
            result.put("fp16StepsPerSecond", twoRanks.fp16StepsPerSecond().median());
            result.put(
                    "libtorchStepsPerSecond",
                    Math.max(
                            oneRank.libtorchStepsPerSecond().median(),
                            twoRanks.libtorchStepsPerSecond().median()));
            result.put("oneRank", oneRank);
            result.put("twoRanks", twoRanks);
            result.put("cpuSeconds", cpu);
            result.put("mostBytesAStep", most);
            result.put("fp32", fp32);
            result.put("fp16", fp16);
            System.out.println(JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(result));
        } else {
            System.out.printf("min, median and max of %d processes a precision%n", processes);
            print("1 rank of 16, libtorch on 1 thread", oneRank);
            print("2 ranks of 8, libtorch on 2 threads", twoRanks);
            System.out.printf(
                    "CPU seconds of a process: %.1f, %.1f, %.1f; the slowest takes %.2f times the median (at most 1.3)%n",
                    cpu.min(), cpu.median(), cpu.max(), cpu.max() / cpu.median());
            System.out.printf("at most %,.0f bytes allocated a step (under %,.0f)%n", most, BOXED);
            EngineRun example = fp16.getLast().twoRanks().engine();
            System.out.printf("digest fp16, 2 ranks %s%n  = %s%n", example.digest(), example.command());
        }
        return most < BOXED ? 0 : 1;
    }

    private TrainOnce.Result process(String dtype) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Bench.class.getName()));
        command.addAll(List.of("train-once", "--dtype", dtype, "--out", out.toString()));
        if (data != null) {
            command.addAll(List.of("--data", data.toString()));
        }
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("%s ended with %d".formatted(String.join(" ", command), process.exitValue()));
        }
        return JsonMapper.shared().readValue(printed, TrainOnce.Result.class);
    }

    private static void print(String name, Ranks ranks) {
        System.out.println(name);
        line("engine fp32", ranks.fp32StepsPerSecond(), ranks.fp32Ratio());
        line("engine fp16", ranks.fp16StepsPerSecond(), ranks.fp16Ratio());
        Rates peer = ranks.libtorchStepsPerSecond();
        System.out.printf("  %-12s %6.0f %6.0f %6.0f steps/s%n", "libtorch", peer.min(), peer.median(), peer.max());
    }

    private static void line(String name, Rates rates, Rates ratio) {
        System.out.printf(
                "  %-12s %6.0f %6.0f %6.0f steps/s, %5.2f %5.2f %5.2f times libtorch%n",
                name, rates.min(), rates.median(), rates.max(), ratio.min(), ratio.median(), ratio.max());
    }
}
