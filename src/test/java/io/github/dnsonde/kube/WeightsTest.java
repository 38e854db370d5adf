package io.github.dnsonde.kube;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The weight of a policy must be at least the memory that it takes. */
@Tag("long")
class WeightsTest {

  private static final int COPIES = 200;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"egress\": [{\"to\": [%s]}] ~ {\"podSelector\": {\"matchLabels\": {\"a-%1$d\":"
            + " \"b-%1$d\"}}}",
        "\"egress\": [{\"to\": [%s]}] ~ {\"ipBlock\": {\"cidr\": \"10.0.%2$d.0/24\"}}",
        "\"egress\": [{\"to\": [%s]}] ~ {\"ipBlock\": {\"cidr\": \"fd00::%2$d:0/112\"}}",
        "\"egress\": [{\"ports\": [%s]}] ~ {\"port\": 1%2$d}",
        "\"egress\": [{\"ports\": [%s]}] ~ {\"port\": \"name-%1$d\"}",
        "\"egress\": [%s] ~ {}",
        "\"podSelector\": {\"matchExpressions\": [{\"key\": \"a\", \"operator\": \"In\","
            + " \"values\": [%s]}]} ~ \"v-%1$d\""
      })
  void aPolicyTakesNoMoreThanItWeighs(String shape) {
    String[] parts = shape.split(" ~ ", 2);
    List<KnownPolicy> kept = new ArrayList<>();
    kept.add(policy(parts, 0)); // includes everything shared, and classes
    long before = used();
    for (int i = 1; i <= COPIES; i++) {
      kept.add(policy(parts, i));
    }
    long taken = used() - before;
    long weight = kept.stream().skip(1).mapToLong(Weights::of).sum();
    assertTrue(
        taken < weight * 1.3 && taken > weight / 6, // the virtual machine may have wider headers
        () -> taken + " octets are taken, weighed as " + weight);
  }

  private static KnownPolicy policy(String[] parts, int number) {
    String elements =
        IntStream.range(0, 200)
            .mapToObj(i -> parts[1].formatted(200 * number + i, i))
            .collect(joining(","));
    return Streamed.read(
        new PolicyTranslation(),
        "{\"metadata\": {\"name\": \"a\"}, \"spec\": {%s}}"
            .formatted(parts[0].formatted(elements)));
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
