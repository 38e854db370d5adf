package io.github.dnsonde.lint;

import io.github.dnsonde.probe.SafeText;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A report for test viewers (the XML of Ant's JUnit task): a suite for each file, a failed case for
 * each finding. The format has no warnings, so infos pass, with their text as output.
 */
final class JunitReport {

  private final XMLStreamWriter xml;

  private JunitReport(XMLStreamWriter xml) {
    this.xml = xml;
  }

  static void write(Report report, Writer out) throws IOException {
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
      new JunitReport(xml).document(report);
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException(e);
    }
    out.write('\n');
  }

  private void document(Report report) throws XMLStreamException {
    Map<String, Suite> suites = new TreeMap<>();
    report
        .findings()
        .forEach(each -> suites.merge(each.sourceLocation().file(), Suite.of(each), Suite::and));
    report
        .mistakes()
        .forEach(each -> suites.merge(each.sourceLocation().file(), Suite.of(each), Suite::and));
    xml.writeStartDocument("UTF-8", "1.0");
    line();
    xml.writeStartElement("testsuites");
    xml.writeAttribute("name", "dnsonde lint");
    line();
    for (Map.Entry<String, Suite> each : suites.entrySet()) {
      suite(each.getKey(), each.getValue());
    }
    xml.writeEndElement();
    xml.writeEndDocument();
  }

  private void suite(String file, Suite suite) throws XMLStreamException {
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", clean(file));
    xml.writeAttribute("tests", String.valueOf(suite.findings().size() + suite.mistakes().size()));
    xml.writeAttribute(
        "failures", String.valueOf(suite.findings().stream().filter(Suite::fails).count()));
    xml.writeAttribute("errors", String.valueOf(suite.mistakes().size()));
    line();
    for (InputError each : suite.mistakes()) {
      testcase(each.sourceLocation(), "readable");
      outcome("error", "unreadable", each.toString());
    }
    for (Violation each : suite.findings()) {
      testcase(each.sourceLocation(), each.policy() + ": " + each.rule().id());
      outcome(Suite.fails(each) ? "failure" : "system-out", each.rule().id(), text(each));
    }
    xml.writeEndElement();
    line();
  }

  private static String text(Violation violation) {
    return violation.sourceLocation() + ": " + violation.says();
  }

  private void testcase(SourceLocation sourceLocation, String name) throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", clean(sourceLocation.file()));
    xml.writeAttribute("name", clean(name));
  }

  private void outcome(String element, String type, String text) throws XMLStreamException {
    xml.writeStartElement(element);
    if (!element.equals("system-out")) {
      xml.writeAttribute("type", type);
      xml.writeAttribute("message", clean(text));
    }
    xml.writeCharacters(clean(text));
    xml.writeEndElement();
    xml.writeEndElement();
    line();
  }

  private void line() throws XMLStreamException {
    xml.writeCharacters("\n");
  }

  /** Removes characters that XML cannot contain, not even escaped (XML 1.0 §2.2). */
  private static String clean(String text) {
    return SafeText.part(text, SafeText.LONGEST_LINE);
  }

  /** All results of one file. */
  private record Suite(List<InputError> mistakes, List<Violation> findings) {

    static Suite of(Violation violation) {
      return new Suite(List.of(), List.of(violation));
    }

    static Suite of(InputError inputError) {
      return new Suite(List.of(inputError), List.of());
    }

    static boolean fails(Violation violation) {
      return violation.severity().isAtLeast(Severity.WARNING);
    }

    Suite and(Suite other) {
      return new Suite(
          Stream.concat(mistakes.stream(), other.mistakes.stream()).toList(),
          Stream.concat(findings.stream(), other.findings.stream()).toList());
    }
  }
}
