package dev.parity.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/// Logs of any size, the same for the same seed: of ten lines one is of a loss, and nine are what programs
/// print beside it.
enum MadeLog {
    /// A script on DeepSpeed with ZeRO.
    DEEPSPEED {
        @Override
        String line(long step, Random random) {
            String loss = "step:%d, loss:%s".formatted(step, 2 + random.nextDouble());
            if (step % 40 == 0) {
                return "%s[2024-09-15 00:13:28,%03d] [INFO] [logging.py:96:log_dist] [Rank 0] step=%d, skipped=%d, lr=[%s, %s], mom=[(0.9, 0.999), (0.9, 0.999)]"
                        .formatted(loss, random.nextInt(1000), step, step / 200, 1e-3 / (1 + step), 1e-3 / (1 + step));
            }
            return step % 200 == 3
                    ? "%s[2024-09-15 00:13:28,%03d] [INFO] [loss_scaler.py:183:update_scale] [deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 65536, reducing to 32768"
                            .formatted(loss, random.nextInt(1000))
                    : loss;
        }
    },
    /// Megatron-LM.
    MEGATRON {
        @Override
        String line(long step, Random random) {
            return String.format(
                    Locale.ROOT,
                    " [2024-09-03 15:56:55] iteration %8d/ 9000000 | consumed samples: %12d | elapsed time per iteration (ms): %.1f | throughput per GPU (TFLOP/s/GPU): %.1f | learning rate: %.6E | global batch size:  1024 | lm loss: %.6E | loss scale: 262144.0 | grad norm: %.3f | number of skipped iterations: %3d | number of nan iterations:   0 |",
                    step,
                    step * 1024,
                    12000 + random.nextDouble(),
                    800 + random.nextDouble(),
                    1e-3 / (1 + step),
                    2 + random.nextDouble(),
                    random.nextDouble(),
                    step % 200 == 3 ? 1 : 0);
        }
    };

    /// Lines between two of the training.
    private static final int NOISE = 9;

    private static final String[] PRINTED = {
        "[2024-09-15 00:13:28,%03d] [INFO] [timer.py:260:stop] epoch=0/micro_step=%d/global_step=%d, RunningAvgSamplesPerSec=1412.76, CurrSamplesPerSec=1322.81, MemAllocated=0.0GB, MaxMemAllocated=0.0GB",
        "  %d%%|████      | %d/63645 [00:19<37:53:00, data loading %d",
        "node-%d:4711:%d [3] NCCL INFO Channel %d/0 : 3[3] -> 0[0] via P2P/CUMEM/read",
        "/opt/conda/lib/python3.%d/site-packages/torch/nn/modules/module.py:%d: UserWarning: Using a non-full backward hook (%d) is deprecated",
        "time (ms) | forward-compute: %d.2 | backward-compute: %d.9 | optimizer: %d.4",
        "GPU %d | memory used %d MiB | utilisation %d",
        "  File \"/workspace/train.py\", line %d, in main: batch %d of %d",
        "seq_length=%d keys=%d tokens=%d",
    };

    /// Makes a line that an importer reads.
    ///
    /// @param step from 1
    abstract String line(long step, Random random);

    /// Writes a log.
    ///
    /// @param bytes of it, at least
    /// @return number of lines
    long write(Path file, long bytes, long seed) throws IOException {
        Random random = new Random(seed ^ name().hashCode());
        byte[][] noise = new byte[4096][];
        for (int i = 0; i < noise.length; i++) {
            String text = PRINTED[random.nextInt(PRINTED.length)];
            noise[i] = (text.formatted(random.nextInt(100), random.nextInt(10_000), random.nextInt(10_000)) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        }
        long lines = 0;
        long written = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            for (long step = 1; written < bytes; step++) {
                byte[] line = (line(step, random) + "\n").getBytes(StandardCharsets.UTF_8);
                out.write(line);
                written += line.length;
                for (int i = 0; i < NOISE; i++) {
                    byte[] other = noise[random.nextInt(noise.length)];
                    out.write(other);
                    written += other.length;
                }
                lines += 1 + NOISE;
            }
        }
        return lines;
    }
}
