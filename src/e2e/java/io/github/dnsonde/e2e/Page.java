package io.github.dnsonde.e2e;

import static java.util.stream.Collectors.toCollection;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The metrics of one agent at one scrape, in the text format. */
record Page(String text) {

  private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)\\{(.*)} (\\S+)");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");

  /** One line of the page. */
  record Sample(String metric, Map<String, String> labels, double value) {
    String label(String name) {
      return labels.getOrDefault(name, "");
    }

    /** Returns server and transport, such as {@code kube-dns udp}. */
    String path() {
      return label("server") + " " + label("transport");
    }
  }

  Stream<Sample> samples(String metric) {
    return text.lines()
        .filter(line -> line.startsWith(metric + "{"))
        .map(SAMPLE::matcher)
        .filter(Matcher::matches)
        .map(
            line ->
                new Sample(
                    line.group(1), labels(line.group(2)), Double.parseDouble(line.group(3))));
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new HashMap<>();
    LABEL.matcher(text).results().forEach(found -> labels.put(found.group(1), found.group(2)));
    return labels;
  }

  /** Returns the value of a metric without labels. */
  Optional<Double> value(String metric) {
    return text.lines()
        .filter(line -> line.startsWith(metric + " "))
        .map(line -> Double.parseDouble(line.substring(metric.length() + 1)))
        .findFirst();
  }

  /** Returns the servers and transports that fail now in a namespace. */
  Set<String> failing(String namespace) {
    return samples("dnsonde_probe_consecutive_failures")
        .filter(sample -> sample.label("source_namespace").equals(namespace))
        .filter(sample -> sample.value() > 0)
        .map(Sample::path)
        .collect(toCollection(TreeSet::new));
  }

  /** Returns the verdicts of the policies on a namespace's queries. */
  Set<String> verdicts(String namespace) {
    return samples("dnsonde_policy_verdict")
        .filter(sample -> sample.label("source_namespace").equals(namespace))
        .map(sample -> sample.label("verdict"))
        .collect(toCollection(TreeSet::new));
  }

  /** Returns the servers and transports that fail now in a namespace, for one scope. */
  Set<String> failing(String namespace, String scope) {
    return samples("dnsonde_probe_consecutive_failures")
        .filter(sample -> sample.label("source_namespace").equals(namespace))
        .filter(sample -> sample.label("scope").equals(scope))
        .filter(sample -> sample.value() > 0)
        .map(Sample::path)
        .collect(toCollection(TreeSet::new));
  }

  /** Returns the number of failed queries of a namespace to a server so far, by reason. */
  Map<String, Double> reasons(String namespace, String path) {
    Map<String, Double> reasons = new HashMap<>();
    samples("dnsonde_probe_failures_total")
        .filter(sample -> sample.label("source_namespace").equals(namespace))
        .filter(sample -> sample.path().equals(path))
        .forEach(sample -> reasons.merge(sample.label("reason"), sample.value(), Double::sum));
    return reasons;
  }

  /** Returns the number of tested queries from a namespace so far. */
  double asked(String namespace) {
    return samples("dnsonde_probes_total")
        .filter(sample -> sample.label("source_namespace").equals(namespace))
        .mapToDouble(Sample::value)
        .sum();
  }
}
