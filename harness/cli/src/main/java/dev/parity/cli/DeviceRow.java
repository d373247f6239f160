package dev.parity.cli;

import dev.parity.spi.Availability;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Canonical;
import dev.parity.spi.DeviceModel;
import dev.parity.spi.MatrixRule;
import dev.parity.spi.MatrixRule.Join;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.OperandRounding;
import dev.parity.spi.VectorRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// What is told of a backend.
///
/// @param id of the backend
/// @param available whether it can run here
/// @param devices hardware it runs on; empty if it cannot
/// @param reason why it cannot; empty if it can
/// @param device what it is
/// @param assumed what of it nobody measured; empty if nothing is
/// @param computes lines by their subject; empty if it cannot run here
/// @param mode every field and its default; empty if it cannot run here
record DeviceRow(
        String id,
        boolean available,
        List<String> devices,
        String reason,
        String device,
        String assumed,
        Map<String, String> computes,
        Map<String, String> mode) {
    /// How a description says what it assumes.
    private static final String ASSUMPTION = "; assumption: ";

    /// Asks a backend.
    ///
    /// @param provider of it
    /// @return what it says
    static DeviceRow of(BackendProvider provider) {
        String text = provider.description();
        int end = text.indexOf(ASSUMPTION);
        String device = end < 0 ? text : text.substring(0, end);
        String assumed =
                end < 0 ? "" : text.substring(end + ASSUMPTION.length()).replace(ASSUMPTION, ", ");
        return switch (provider.availability()) {
            case Availability.Available(List<String> found) -> {
                NumericMode mode = provider.defaultMode();
                yield new DeviceRow(
                        provider.id(), true, found, "", device, assumed, lines(device, mode), mode.fields());
            }
            case Availability.Unavailable(String missing) ->
                new DeviceRow(provider.id(), false, List.of(), missing, device, assumed, Map.of(), Map.of());
        };
    }

    /// Names the backends of which this is a variant.
    ///
    /// @return the id before its first colon
    String family() {
        return id.split(":", -1)[0];
    }

    /// Says it in a line.
    ///
    /// @return what it is and what is assumed, or why it is not available
    String line() {
        return available
                ? "available: " + device + (assumed.isEmpty() ? "" : ASSUMPTION + assumed)
                : "not available: " + reason;
    }

    private static SequencedMap<String, String> lines(String device, NumericMode mode) {
        SequencedMap<String, String> lines = new LinkedHashMap<>();
        lines.put("matrix unit", matrices(device, mode));
        lines.put("accumulation", Canonical.name(mode.accumulation()));
        lines.put("fp32 matrix products", operands(mode.matMulOperands()));
        lines.put("fp32 convolutions", operands(mode.convOperands()));
        VectorRule vector = mode.vector();
        lines.put("reductions", vector == null ? Canonical.name(mode.summation()) : vectors(vector));
        lines.put("all-reduce", mode.deterministic() ? Canonical.name(mode.allReduce()) : "in the order of arrival");
        lines.put("overflow", Canonical.name(mode.overflow()));
        lines.put("subnormals", Canonical.name(mode.subnormals()));
        return lines;
    }

    private static String matrices(String device, NumericMode mode) {
        MatrixRule rule = mode.matrix();
        if (rule == null) {
            return "none: sums are " + Canonical.name(mode.summation());
        }
        String formats = DeviceModel.all().stream()
                .filter(model -> model.description().startsWith(device))
                .flatMap(model -> model.formats().stream())
                .map(Canonical::name)
                .collect(Collectors.joining(", "));
        List<String> parts = new ArrayList<>(formats.isEmpty() ? List.of() : List.of(formats));
        parts.add("steps of %d products".formatted(rule.products()));
        parts.add(
                switch (rule.blockSum()) {
                    case EXACT -> "summed exactly";
                    case TRUNCATED -> "cut off behind %d bits and summed exactly".formatted(rule.fraction());
                    case PAIRWISE -> "summed by pairs in fp32";
                    case SEQUENTIAL -> "summed one by one in fp32";
                });
        parts.add(rule.join() == Join.FUSED ? "with the accumulator" : "before the accumulator");
        parts.add(
                switch (rule.rounding()) {
                    case RNE -> "rounded to fp32, ties to even";
                    case RZ -> "rounded to fp32 towards zero";
                    case RNA -> "rounded to fp32, ties away from zero";
                });
        return String.join(", ", parts);
    }

    private static String operands(OperandRounding rounding) {
        return rounding == OperandRounding.NONE
                ? "of fp32 operands"
                : "operands rounded to " + Canonical.name(rounding);
    }

    private static String vectors(VectorRule vector) {
        return "%s, exp within %d and log within %d ulp"
                .formatted(
                        switch (vector.sum()) {
                            case WARP -> "as a warp's lanes add";
                            case PAIRS -> "by pairs within 64 terms";
                        },
                        vector.expUlp(),
                        vector.logUlp());
    }
}
