package dev.parity.reports;

import dev.parity.reports.internal.LockstepPage;
import dev.parity.reports.internal.Pages;
import dev.parity.reports.internal.ReportPage;
import dev.parity.statistics.tensors.LockstepResult;
import dev.parity.statistics.tensors.OpFinding;
import dev.parity.statistics.tensors.TensorErrors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// A lockstep as a page and as JSON.
public final class LockstepReport {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /// Height of the largest bar of a histogram, in pixels.
    private static final int BAR = 22;

    private LockstepReport() {}

    /// Writes `lockstep.html` and `lockstep.json`.
    ///
    /// @param folder made if absent
    /// @param command what was run
    /// @param found the answer
    /// @return the page
    /// @throws UncheckedIOException if one cannot be written
    public static Path write(Path folder, String command, LockstepResult found) {
        Path html = folder.resolve("lockstep.html");
        try {
            Files.createDirectories(folder);
            Files.writeString(html, html(command, found));
            Files.writeString(folder.resolve("lockstep.json"), json(found));
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot write the lockstep into " + folder, problem);
        }
        return html;
    }

    /// Writes the JSON.
    ///
    /// @param found the answer
    /// @return the file's text
    public static String json(LockstepResult found) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("verdict", found.verdict().label());
        result.put("headline", found.headline());
        result.put("sides", found.sides());
        result.put("profile", found.profile());
        result.put("steps", found.steps());
        result.put("notes", found.notes());
        found.first().ifPresent(first -> result.put("first", row(first)));
        result.put("worst", row(found.worst()));
        result.put("ulpBounds", TensorErrors.BOUNDS);
        result.put("ops", found.findings().stream().map(LockstepReport::row).toList());
        return Printable.of(MAPPER.writeValueAsString(result)) + "\n";
    }

    private static Map<String, Object> row(OpFinding op) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("step", op.step());
        row.put("part", op.place().part());
        row.put("position", op.place().position());
        row.put("op", op.place().op());
        row.put("value", op.place().value());
        row.put("format", op.format());
        row.put("verdict", op.judgement().verdict().label());
        row.put("severity", op.judgement().severity());
        row.put("reason", op.judgement().reason());
        if (!Double.isNaN(op.ratio())) {
            row.put("ratio", op.ratio());
        }
        row.put("reference", op.reference());
        row.put("candidate", op.candidate());
        row.put("worst", op.worst());
        return row;
    }

    /// Writes the page; the template escapes all text.
    ///
    /// @param command what was run
    /// @param found the answer
    /// @return the file's text
    public static String html(String command, LockstepResult found) {
        LockstepResult.Sides sides = found.sides();
        return Printable.of(Pages.of(
                "lockstep.jte",
                new LockstepPage(
                        sides.scenario(),
                        String.valueOf(sides.seed()),
                        sides.golden(),
                        sides.reference(),
                        sides.candidate(),
                        found.profile(),
                        ReportPage.Tag.of(found.verdict()),
                        found.headline(),
                        found.first().map(OpFinding::sentence).orElse(""),
                        found.worst().sentence(),
                        found.notes(),
                        command,
                        found.steps().stream().map(step -> step(step, found)).toList())));
    }

    private static LockstepPage.Step step(long step, LockstepResult found) {
        return new LockstepPage.Step(
                String.valueOf(step),
                found.findings().stream()
                        .filter(each -> each.step() == step)
                        .map(LockstepReport::cells)
                        .toList());
    }

    private static LockstepPage.Op cells(OpFinding op) {
        return new LockstepPage.Op(
                "%d %s".formatted(op.place().position(), op.place().op()),
                op.place().part(),
                op.place().value(),
                "%s, %d elements"
                        .formatted(
                                op.format().name().toLowerCase(Locale.ROOT),
                                op.candidate().elements()),
                ReportPage.Tag.of(op.judgement().verdict()),
                op.judgement().reason(),
                op.sentence(),
                Double.isNaN(op.ratio()) ? "" : "%.3g".formatted(op.ratio()),
                List.of(errors(op.reference()), errors(op.candidate())));
    }

    private static LockstepPage.Errors errors(TensorErrors errors) {
        long most = errors.histogram().stream().mapToLong(count -> count).max().orElse(0);
        List<LockstepPage.Bar> bars = new ArrayList<>();
        for (int bin = 0; bin < errors.histogram().size(); bin++) {
            long count = errors.histogram().get(bin);
            String to = bin < TensorErrors.BOUNDS.size()
                    ? "up to %s ulps".formatted(TensorErrors.BOUNDS.get(bin))
                    : "beyond, or apart";
            bars.add(new LockstepPage.Bar(
                    "%s: %d".formatted(to, count), count == 0 ? 0 : Math.max(1, Math.ceilDiv(BAR * count, most))));
        }
        return new LockstepPage.Errors(
                "%.2g".formatted(errors.maxSized()),
                "%.2g".formatted(errors.meanSized()),
                "%.2g".formatted(errors.rmsSized()),
                "%+.2g".formatted(errors.bias()),
                "%+.2g".formatted(errors.growth()),
                bars);
    }
}
