package dev.parity.cpu.internal.model;

import dev.parity.spi.DeviceModel;
import dev.parity.spi.MatrixUnit;
import dev.parity.spi.OperandFormat;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// A GPU with tensor cores.
///
/// @param id of the model
/// @param description device, and what is assumed
/// @param fraction bits that a summand keeps
/// @param products of a step by format: the device's own first, then others that some of its instructions take
public record TensorCore(String id, String description, int fraction, SortedMap<OperandFormat, List<Integer>> products)
        implements DeviceModel {
    private static final Map<OperandFormat, List<Integer>> AMPERE =
            Map.of(OperandFormat.FP16, List.of(8), OperandFormat.BF16, List.of(8), OperandFormat.TF32, List.of(4));
    private static final Map<OperandFormat, List<Integer>> HOPPER =
            Map.of(OperandFormat.FP16, List.of(16), OperandFormat.BF16, List.of(16), OperandFormat.TF32, List.of(8));

    /// All of them. Steps and fraction bits are those that reproduce the rows measured on V100, A100, A2, L40S, an
    /// Ada card, H100 and H200 by Khattak and Mikaitis (ACM TACO, 10.1145/3830409); T4's are MMA-Sim's (arXiv
    /// 2511.10909).
    public static final List<DeviceModel> ALL = List.of(
            of("v100", "NVIDIA V100, as measured", 23, Map.of(OperandFormat.FP16, List.of(4))),
            of("t4", "NVIDIA T4, as published by others", 24, Map.of(OperandFormat.FP16, List.of(8, 4))),
            of("a100", "NVIDIA A100, as measured", 24, AMPERE),
            of("a2", "NVIDIA A2, as measured; assumption: bf16 as A100", 24, AMPERE),
            of("l40s", "NVIDIA L40S, as measured in fp16; assumption: bf16 and tf32 as A100", 24, AMPERE),
            of("ada", "NVIDIA Ada, as measured in bf16; assumption: fp16 and tf32 as A100", 24, AMPERE),
            of("h100", "NVIDIA H100, as measured; of tf32, 4 of the 8 products of a step", 25, HOPPER),
            of("h200", "NVIDIA H200, as measured; of tf32, 4 of the 8 products of a step", 25, HOPPER),
            of("b200", "NVIDIA B200; assumption: everything as H100", 25, HOPPER));

    /// Keeps the order of the formats.
    public TensorCore {
        products = Collections.unmodifiableSortedMap(new TreeMap<>(products));
    }

    private static DeviceModel of(
            String id, String description, int fraction, Map<OperandFormat, List<Integer>> products) {
        return new TensorCore(id, description, fraction, new TreeMap<>(products));
    }

    @Override
    public SortedSet<OperandFormat> formats() {
        return new TreeSet<>(products.keySet());
    }

    @Override
    public MatrixUnit unit(OperandFormat format, Options options) {
        List<Integer> steps = products.get(format);
        if (steps == null) {
            throw new IllegalArgumentException(
                    "%s has no %s tensor cores, expected one of %s".formatted(id, name(format), names()));
        }
        int step = options.products().orElse(steps.getFirst());
        if (!steps.contains(step)) {
            throw new IllegalArgumentException("%s adds no %d products of %s in a step, expected one of %s"
                    .formatted(id, step, name(format), steps));
        }
        return new FusedDot(format, step, fraction, options.rounding());
    }

    private List<String> names() {
        return products.keySet().stream().map(TensorCore::name).toList();
    }

    private static String name(OperandFormat format) {
        return format.name().toLowerCase(Locale.ROOT);
    }
}
