package dev.parity.reports;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.parity.reports.internal.Resource;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Verdict;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.TraceRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What is written as `result.json` is what its schema says, judged by another's validator.
final class ResultSchemaTest {
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(Resource.read("result-schema-1.json"));

    @TempDir
    private Path folder;

    private static List<String> errors(String json) {
        return SCHEMA.validate(json, InputFormat.JSON).stream()
                .map(Error::toString)
                .toList();
    }

    private static RunTrace trace(double factor) {
        List<TraceRecord> records =
                Results.steps(step -> factor * (1 + Math.exp(-step / 30.0) + 0.01 * Math.sin(step)));
        records.add(new TraceRecord.End(60, "0123456789abcdef".repeat(4)));
        Provenance provenance =
                Provenance.of(Provenance.RECORDED, Map.of(), Map.of(), Map.of("started", "2026-11-29T13:31:00Z"));
        return RunTrace.of("run", new TraceRecord.Header(1, provenance), records, List.of());
    }

    private static void assertValid(ParityResult result, Verdict verdict) {
        String json = ResultJson.of(result);
        assertThat(errors(json)).isEmpty();
        assertThat(JsonMapper.shared().readTree(json).get("verdict").asString()).isEqualTo(verdict.label());
    }

    @Test
    void resultsOfTracesAndLogsAreValid() throws IOException {
        assertValid(ReportTest.result(1.1), Verdict.FAIL);
        assertValid(ReportTest.result(Double.POSITIVE_INFINITY), Verdict.FAIL);
        assertValid(Results.judge(trace(1), trace(1)), Verdict.PASS);
        assertValid(Results.judge(trace(1), trace(1.005)), Verdict.INCONCLUSIVE);
        assertValid(Results.judge(ReportSectionsTest.reference(), ReportSectionsTest.candidate()), Verdict.FAIL);
        assertValid(Results.ofLogs(folder, 1), Verdict.PASS);
        assertValid(Results.ofLogs(folder, 1.1), Verdict.FAIL);
        // a little beyond the margin of 0.5 %
        assertValid(Results.ofLogs(folder, 1.005), Verdict.INCONCLUSIVE);
    }

    @Test
    void theSchemaItselfIsValid() {
        Schema draft = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(com.networknt.schema.SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()));
        assertThat(draft.validate(Resource.read("result-schema-1.json"), InputFormat.JSON))
                .isEmpty();
    }

    @Test
    void everyObjectRefusesAFieldThatIsUnknownOrMissing() {
        ObjectNode root = (ObjectNode) JsonMapper.shared().readTree(ResultJson.of(ReportTest.result(1.1)));
        List<String> objects =
                List.of("", "/gates/0", "/comparability/0", "/pairs/0", "/pairs/0/candidate", "/suspects/0");
        for (String place : objects) {
            ObjectNode more = root.deepCopy();
            ((ObjectNode) more.at(place)).put("unheard", 1);
            assertThat(errors(more.toString()))
                    .as(place)
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("unheard");
            ObjectNode less = root.deepCopy();
            ObjectNode object = (ObjectNode) less.at(place);
            String first = object.propertyNames().iterator().next();
            object.remove(first);
            assertThat(errors(less.toString()))
                    .as(place)
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("'%s'".formatted(first));
        }
    }

    @Test
    void aStatisticNeedsItsUnitAndMargin() {
        JsonNode root = JsonMapper.shared().readTree(ResultJson.of(ReportTest.result(1.1)));
        ObjectNode gate = root.get("gates")
                .valueStream()
                .filter(each -> each.has("estimate"))
                .map(ObjectNode.class::cast)
                .findFirst()
                .orElseThrow();
        gate.remove("margin");
        assertThat(errors(root.toString()))
                .anySatisfy(error -> assertThat(error).contains("margin"));
    }

    @Test
    void theSameRunsGiveTheSameText() {
        String text = ResultJson.of(Results.judge(trace(1), trace(1)));
        assertThat(ResultJson.of(Results.judge(trace(1), trace(1)))).isEqualTo(text);
        assertThat(JsonMapper.shared().readTree(text).get("recorded").asString())
                .isEqualTo("2026-11-29T13:31:00Z");
    }
}
