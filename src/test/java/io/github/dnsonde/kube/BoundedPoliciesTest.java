package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.github.dnsonde.kube.BoundedPolicies.Watched;
import io.github.dnsonde.probe.NamespacedName;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The memory that the policies of a namespace may take. */
class BoundedPoliciesTest {

  private static String policy(String name) {
    String rules = IntStream.range(0, 100).mapToObj(_ -> "{}").collect(Collectors.joining(","));
    return "{\"metadata\": {\"namespace\": \"shop\", \"name\": \"%s\"}, \"spec\": {\"egress\": [%s]}}"
        .formatted(name, rules);
  }

  @Test
  void aNewVersionTakesThePlaceOfTheOld() {
    BoundedPolicies measuring = new BoundedPolicies(Long.MAX_VALUE);
    long weight = Weights.of(Streamed.read(measuring, policy("a")).known());
    BoundedPolicies policies = new BoundedPolicies(50 * (weight + weight / 2));
    keep(policies, "a");
    keep(policies, "a");
    assertInstanceOf(
        Item.Unread.class, Streamed.item(policies, policy("b")), "a second one does not fit");
    keep(policies, "a");
  }

  private static void keep(BoundedPolicies policies, String name) {
    Watched watched = Streamed.read(policies, policy(name));
    policies.kept(new NamespacedName("shop", name), Optional.of(watched));
  }
}
