package dev.parity.reports;

import dev.parity.statistics.Evidence;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Verdict;
import java.io.StringWriter;
import java.util.List;
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
            attribute(xml, "name", "parity." + suite);
            xml.writeAttribute("tests", String.valueOf(result.evidence().size() + 1));
            xml.writeAttribute("failures", count(result, Verdict.FAIL));
            xml.writeAttribute(
                    "errors",
                    String.valueOf(Long.parseLong(count(result, Verdict.INVALID))
                            + Long.parseLong(count(result, Verdict.INCONCLUSIVE))));
            xml.writeAttribute("skipped", count(result, Verdict.NOT_JUDGED));
            properties(xml, result);
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

    private static void properties(XMLStreamWriter xml, ParityResult result) throws XMLStreamException {
        List<String> planted = result.planted();
        List<String> overridden = result.overridden();
        if (planted.isEmpty() && overridden.isEmpty()) {
            return; // the schema wants at least one
        }
        xml.writeStartElement("properties");
        for (String fault : planted) {
            property(xml, "fault planted", fault);
        }
        for (String keys : overridden) {
            property(xml, "overridden", keys);
        }
        xml.writeEndElement();
    }

    private static void property(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeEmptyElement("property");
        attribute(xml, "name", name);
        attribute(xml, "value", value);
    }

    /// XML knows no control characters, not even escaped ones.
    private static void attribute(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, Printable.line(value));
    }

    private static void testCase(XMLStreamWriter xml, String suite, String name, Verdict verdict, String sentence)
            throws XMLStreamException {
        xml.writeStartElement("testcase");
        attribute(xml, "classname", "parity." + suite);
        attribute(xml, "name", name);
        switch (verdict) {
            case FAIL -> problem(xml, "failure", verdict, sentence);
            case INVALID, INCONCLUSIVE -> problem(xml, "error", verdict, sentence);
            case NOT_JUDGED -> {
                xml.writeEmptyElement("skipped");
                attribute(xml, "message", sentence);
            }
            case PASS, WARN -> {
                xml.writeStartElement("system-out");
                xml.writeCharacters(Printable.line(verdict.label() + ": " + sentence));
                xml.writeEndElement();
            }
        }
        xml.writeEndElement();
    }

    private static void problem(XMLStreamWriter xml, String element, Verdict verdict, String sentence)
            throws XMLStreamException {
        xml.writeStartElement(element);
        attribute(xml, "type", verdict.label());
        attribute(xml, "message", sentence);
        xml.writeEndElement();
    }
}
