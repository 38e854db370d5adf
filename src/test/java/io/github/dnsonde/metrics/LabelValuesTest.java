package io.github.dnsonde.metrics;

import static io.github.dnsonde.testkit.SampleOutcomes.probe;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.dnsonde.metrics.MetricCatalogue.Label;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LabelValuesTest {

  /** Each label has itself as its value, given in another order than the family's. */
  @ParameterizedTest
  @EnumSource(MetricCatalogue.class)
  void eachValueComesUnderItsLabel(MetricCatalogue family) {
    List<Label> reversed = family.labels().reversed();
    LabelValues values = LabelValues.NONE;
    for (Label label : reversed) {
      values = values.with(label, label.text());
    }
    assertArrayEquals(family.labelNames(), values.in(family));
  }

  @Test
  void aProbeHasTheValuesThatItsLabelsName() {
    LabelValues values = LabelValues.of(probe("shop"));
    assertEquals(
        List.of("shop", "web", "kube-dns", "udp", "external", "true"),
        Arrays.asList(values.of(MetricCatalogue.PROBES).in(MetricCatalogue.PROBES)));
    assertEquals(
        List.of("kube-dns", "10.96.0.10", "53"),
        Arrays.asList(values.of(MetricCatalogue.SERVER_INFO).in(MetricCatalogue.SERVER_INFO)));
    assertEquals(
        List.of("shop", "web", "web-1"),
        Arrays.asList(values.of(MetricCatalogue.VANTAGE_INFO).in(MetricCatalogue.VANTAGE_INFO)));
  }

  @Test
  void aMissingOrForeignValueIsRefused() {
    LabelValues values = LabelValues.of(probe("shop"));
    assertThrows(
        IllegalArgumentException.class,
        () -> values.of(MetricCatalogue.PROBE_FAILURES).in(MetricCatalogue.PROBE_FAILURES),
        "no reason");
    assertThrows(
        IllegalArgumentException.class, () -> values.in(MetricCatalogue.PROBES), "has an address");
    LabelValues other = LabelValues.NONE.with(Label.CAUSE, "young");
    assertThrows(
        IllegalArgumentException.class, () -> other.in(MetricCatalogue.PROBE_INTERVAL), "its name");
    assertEquals(Collections.emptyMap(), LabelValues.NONE.values());
  }
}
