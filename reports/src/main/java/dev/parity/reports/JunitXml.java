package dev.parity.reports;

import dev.parity.statistics.Evidence;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Verdict;
import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// A result as JUnit XML: a test case for each gate, and one for the whole.
///
/// FAIL is a failure, INVALID and INCONCLUSIVE are errors (nothing was shown), NOT JUDGED is skipped.
public final class JunitXml {
    private JunitXml() {}

    /// Writes the XML.
    ///
    /// @param suite name of the suite, such as the scenario's
    /// @param result the answer
    /// @return the file's text
    public static String of(String suite, ParityResult result) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", "parity." + suite);
            xml.writeAttribute("tests", String.valueOf(result.evidence().size() + 1));
            xml.writeAttribute("failures", count(result, Verdict.FAIL));
            xml.writeAttribute(
                    "errors",
                    String.valueOf(Long.parseLong(count(result, Verdict.INVALID))
                            + Long.parseLong(count(result, Verdict.INCONCLUSIVE))));
            xml.writeAttribute("skipped", count(result, Verdict.NOT_JUDGED));
            testCase(xml, suite, "verdict", result.verdict(), result.headline());
            for (Evidence evidence : result.evidence()) {
                testCase(xml, suite, evidence.gate(), evidence.verdict(), evidence.sentence());
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException impossible) {
            throw new IllegalStateException("writing to memory cannot fail", impossible);
        }
        return text + "\n";
    }

    private static String count(ParityResult result, Verdict verdict) {
        long gates = result.evidence().stream()
                .filter(evidence -> evidence.verdict() == verdict)
                .count();
        return String.valueOf(gates + (result.verdict() == verdict ? 1 : 0));
    }

    private static void testCase(XMLStreamWriter xml, String suite, String name, Verdict verdict, String sentence)
            throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", "parity." + suite);
        xml.writeAttribute("name", name);
        switch (verdict) {
            case FAIL -> problem(xml, "failure", verdict, sentence);
            case INVALID, INCONCLUSIVE -> problem(xml, "error", verdict, sentence);
            case NOT_JUDGED -> {
                xml.writeEmptyElement("skipped");
                xml.writeAttribute("message", sentence);
            }
            case PASS, WARN -> {
                xml.writeStartElement("system-out");
                xml.writeCharacters(verdict.label() + ": " + sentence);
                xml.writeEndElement();
            }
        }
        xml.writeEndElement();
    }

    private static void problem(XMLStreamWriter xml, String element, Verdict verdict, String sentence)
            throws XMLStreamException {
        xml.writeStartElement(element);
        xml.writeAttribute("type", verdict.label());
        xml.writeAttribute("message", sentence);
        xml.writeEndElement();
    }
}
