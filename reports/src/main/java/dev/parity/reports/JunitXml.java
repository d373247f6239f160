package dev.parity.reports;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Verdict;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// A result as JUnit XML: a test case for each gate, and one for the whole, which took all the time.
///
/// FAIL is a failure, INVALID and INCONCLUSIVE are errors (nothing was shown), NOT JUDGED is skipped.
public final class JunitXml {
    private static final String SUITE = "parity.";

    private final XMLStreamWriter xml;
    private final ReportFolder.Report report;

    private JunitXml(XMLStreamWriter xml, ReportFolder.Report report) {
        this.xml = xml;
        this.report = report;
    }

    /// Writes the XML.
    ///
    /// @param report what was judged
    /// @return the file's text
    public static String of(ReportFolder.Report report) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            new JunitXml(xml, report).write();
            xml.close();
        } catch (XMLStreamException impossible) {
            throw new IllegalStateException("writing to memory cannot fail", impossible);
        }
        return text + "\n";
    }

    private void write() throws XMLStreamException {
        ParityResult result = report.result();
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("testsuite");
        attribute("name", SUITE + report.title());
        attribute("tests", String.valueOf(result.evidence().size() + 1));
        attribute("failures", String.valueOf(count(Verdict.FAIL)));
        attribute("errors", String.valueOf(count(Verdict.INVALID) + count(Verdict.INCONCLUSIVE)));
        attribute("skipped", String.valueOf(count(Verdict.NOT_JUDGED)));
        attribute("time", seconds(report.took()));
        // tools that read it want no time zone
        attribute(
                "timestamp",
                LocalDateTime.ofInstant(report.started().truncatedTo(ChronoUnit.SECONDS), ZoneOffset.UTC)
                        .toString());
        properties();
        testCase("verdict", result.verdict(), result.headline(), wholeText(), report.took());
        for (Evidence evidence : result.evidence()) {
            testCase(evidence.gate(), evidence.verdict(), evidence.sentence(), GateText.of(evidence), Duration.ZERO);
        }
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private String wholeText() {
        return "%s: %s"
                .formatted(
                        report.result().verdict().label(),
                        Printable.line(report.result().headline()));
    }

    private static String seconds(Duration took) {
        return BigDecimal.valueOf(took.toMillis(), 3)
                .setScale(3, RoundingMode.UNNECESSARY)
                .toString();
    }

    private long count(Verdict verdict) {
        long gates = report.result().evidence().stream()
                .filter(evidence -> evidence.verdict() == verdict)
                .count();
        return gates + (report.result().verdict() == verdict ? 1 : 0);
    }

    private void properties() throws XMLStreamException {
        ParityResult result = report.result();
        Alignment first = result.pairs().getFirst();
        xml.writeStartElement("properties");
        for (String fault : result.planted()) {
            property("fault planted", fault);
        }
        for (String keys : result.overridden()) {
            property("overridden", keys);
        }
        property("verdict", result.verdict().label());
        property("scenario", Facts.scenario(result));
        property("reference", Facts.device(first.reference()));
        property("candidate", Facts.device(first.candidate()));
        property("pairs", String.valueOf(result.pairs().size()));
        property("command", report.command());
        xml.writeEndElement();
    }

    private void property(String name, String value) throws XMLStreamException {
        xml.writeEmptyElement("property");
        attribute("name", name);
        attribute("value", value);
    }

    /// XML knows no control characters, not even escaped ones.
    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, Printable.line(value));
    }

    /// Names the class of all gates: the same for the same title, of one package, whatever the title holds.
    private String className() {
        return SUITE + report.title().replaceAll("[^\\p{L}\\p{N}_+=,-]+", "-");
    }

    private void testCase(String name, Verdict verdict, String sentence, String text, Duration took)
            throws XMLStreamException {
        xml.writeStartElement("testcase");
        attribute("classname", className());
        attribute("name", name);
        attribute("time", seconds(took));
        switch (verdict) {
            case FAIL -> problem("failure", verdict, sentence, text);
            case INVALID, INCONCLUSIVE -> problem("error", verdict, sentence, text);
            case NOT_JUDGED -> {
                xml.writeEmptyElement("skipped");
                attribute("message", sentence);
            }
            case PASS, WARN -> output(text);
        }
        xml.writeEndElement();
    }

    private void problem(String element, Verdict verdict, String sentence, String text) throws XMLStreamException {
        xml.writeStartElement(element);
        attribute("type", verdict.label());
        attribute("message", sentence);
        xml.writeCharacters("%s\n%s".formatted(text, Advice.of(report, verdict)));
        xml.writeEndElement();
        output("[[ATTACHMENT|%s]]".formatted(report.file()));
    }

    private void output(String text) throws XMLStreamException {
        xml.writeStartElement("system-out");
        xml.writeCharacters(text);
        xml.writeEndElement();
    }
}
