package dev.parity.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Verdict;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.reporting.tooling.core.validator.DefaultValidator;
import org.w3c.dom.Element;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/// What test reporters read: JUnit XML, and the events of Open Test Reporting.
final class JunitXmlTest {
    private static final String HOSTILE = "<a & 'b'> ]]> \u001b[31m";

    @TempDir
    private Path folder;

    private static ReportFolder.Report report(String title, ParityResult result) {
        return Results.report(Path.of("runs/x/report.html"), title, "parity compare a b", result);
    }

    private Stream<ReportFolder.Report> reports() throws IOException {
        return Stream.of(
                report("moe-cifar", ReportTest.result(1.1)),
                report(HOSTILE, ReportTest.result(Double.NaN)),
                report("npu.log against gpu.log", Results.ofLogs(folder, 1)),
                report("logs", Results.ofLogs(folder, 1.005)));
    }

    private static List<String> errors(String schema, String xml) throws SAXException, IOException {
        Validator validator = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(Objects.requireNonNull(JunitXmlTest.class.getResource(schema)))
                .newValidator();
        List<String> errors = new ArrayList<>();
        validator.setErrorHandler(new ErrorHandler() {
            @Override
            public void warning(SAXParseException problem) {
                errors.add(problem.getMessage());
            }

            @Override
            public void error(SAXParseException problem) {
                errors.add(problem.getMessage());
            }

            @Override
            public void fatalError(SAXParseException problem) {
                errors.add(problem.getMessage());
            }
        });
        validator.validate(new StreamSource(new StringReader(xml)));
        return errors;
    }

    @Test
    void jenkinsTakesIt() throws IOException, SAXException {
        for (ReportFolder.Report each : reports().toList()) {
            assertThat(errors("jenkins-junit-10.xsd", JunitXml.of(each))).isEmpty();
        }
    }

    // Surefire's schema knows no timestamp of a suite, though Jenkins and others read one
    @Test
    void surefireTakesAllButTheTimestamp() throws IOException, SAXException {
        for (ReportFolder.Report each : reports().toList()) {
            String xml = JunitXml.of(each);
            assertThat(errors("surefire-test-report-3.0.2.xsd", xml))
                    .singleElement()
                    .asString()
                    .contains("'timestamp'");
            assertThat(errors("surefire-test-report-3.0.2.xsd", xml.replaceFirst(" timestamp=\"[^\"]*\"", "")))
                    .isEmpty();
        }
    }

    private static Element suite(ReportFolder.Report report)
            throws ParserConfigurationException, IOException, SAXException {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(JunitXml.of(report))))
                .getDocumentElement();
    }

    private static List<Element> elements(Element parent, String name) {
        return IntStream.range(0, parent.getElementsByTagName(name).getLength())
                .mapToObj(i -> (Element) parent.getElementsByTagName(name).item(i))
                .toList();
    }

    @Test
    void theSuiteHasItsTimesAndACaseAGateOfOneClass() throws ParserConfigurationException, IOException, SAXException {
        ParityResult result = ReportTest.result(1.1);
        Element suite = suite(report("npu.log against gpu.log", result));
        assertThat(suite.getAttribute("timestamp")).isEqualTo("2026-11-29T13:31:01");
        assertThat(suite.getAttribute("time")).isEqualTo("12.345");
        List<Element> cases = elements(suite, "testcase");
        assertThat(cases).hasSize(result.evidence().size() + 1);
        assertThat(cases)
                .extracting(each -> each.getAttribute("classname"))
                .containsOnly("parity.npu-log-against-gpu-log");
        assertThat(cases.stream().map(each -> each.getAttribute("name"))).contains("verdict", "loss-whole");
        assertThat(cases.stream().mapToDouble(each -> Double.parseDouble(each.getAttribute("time"))))
                .containsExactlyElementsOf(IntStream.range(0, cases.size())
                        .mapToObj(i -> i == 0 ? 12.345 : 0.0)
                        .toList());
        for (String count : List.of("failure", "skipped")) {
            assertThat(suite.getAttribute(count.equals("failure") ? "failures" : count))
                    .isEqualTo(String.valueOf(elements(suite, count).size()))
                    .isNotEqualTo("0");
        }
        assertThat(elements(suite, "property"))
                .extracting(each -> each.getAttribute("name") + "=" + each.getAttribute("value"))
                .contains("verdict=FAIL", "reference=gpu", "command=parity compare a b");
    }

    @Test
    void whatFailedStandsAlone() throws ParserConfigurationException, IOException, SAXException {
        ParityResult result = ReportTest.result(1.1);
        Element whole = elements(suite(report("moe-cifar", result)), "testcase").stream()
                .filter(each -> each.getAttribute("name").equals("loss-whole"))
                .findFirst()
                .orElseThrow();
        String text = elements(whole, "failure").getFirst().getTextContent();
        // run() of ReportTest has losses a tenth apart at every step; the margin is that of the profile
        assertThat(text)
                .contains(
                        "loss-whole: FAIL: ",
                        ": 10.00 %",
                        "margin 0.5000 %",
                        "first suspect: "
                                + result.suspects().getFirst().suspect().label(),
                        "next: ./parity run",
                        "report: runs/x/report.html",
                        "again: parity compare a b");
        assertThat(elements(whole, "system-out").getFirst().getTextContent())
                .isEqualTo("[[ATTACHMENT|runs/x/report.html]]");
    }

    @Test
    void whatIsOpenSaysWhatToDo() throws ParserConfigurationException, IOException, SAXException {
        ParityResult result = Results.ofLogs(folder, 1.005);
        assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        Element suite = suite(report("logs", result));
        assertThat(suite.getAttribute("errors"))
                .isEqualTo(String.valueOf(elements(suite, "error").size()))
                .isNotEqualTo("0");
        assertThat(elements(suite, "error").getFirst().getTextContent())
                .contains("INCONCLUSIVE", "next: give it more seeds or steps");
    }

    @Test
    void openTestReportingTakesItsEvents() throws IOException {
        for (ReportFolder.Report each : reports().toList()) {
            Path file = folder.resolve("events.xml");
            Files.writeString(file, OpenTestReport.of(each, file));
            assertThat(new DefaultValidator().validate(file).messages()).isEmpty();
        }
    }

    @Test
    void eventsSayTheSameAsTheResult() throws ParserConfigurationException, IOException, SAXException {
        ParityResult result = ReportTest.result(1.1);
        Element events = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(
                        new StringReader(OpenTestReport.of(report(HOSTILE, result), Path.of("runs/events.xml")))))
                .getDocumentElement();
        assertThat(elements(events, "started")).hasSize(result.evidence().size() + 1);
        assertThat(elements(events, "core:result"))
                .extracting(each -> each.getAttribute("status"))
                .contains("FAILED", "SUCCESSFUL", "SKIPPED")
                .last()
                .isEqualTo("FAILED");
        assertThat(elements(events, "core:file").getFirst().getAttribute("path"))
                .isEqualTo("x/report.html");
    }
}
