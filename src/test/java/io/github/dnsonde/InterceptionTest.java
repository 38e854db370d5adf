package io.github.dnsonde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.plan.Planner;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.schedule.Periodic;
import io.github.dnsonde.testkit.SampleOutcomes;
import io.github.dnsonde.testkit.Sandboxes;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two pods: in the network of one somebody answers on every address, in the other's nobody. */
@Tag("root")
class InterceptionTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path folder;

  @Test
  void whoAnswersForAnAddressThatNobodyHasIsFoundOut() throws Exception {
    Optional<String> missing = Sandboxes.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    Vantage proxied = vantage("proxied", "10.244.1.7");
    Vantage plain = vantage("plain", "10.244.1.8");
    try (Sandboxes sandboxes = new Sandboxes(folder);
        NodeNetworks networks = new NodeNetworks(List.of(folder))) {
      sandboxes.add("proxied", "10.244.1.7", "192.0.2.53");
      sandboxes.add("plain", "10.244.1.8");
      sandboxes.up("proxied");
      sandboxes.up("plain");
      sandboxes.serve("proxied", "192.0.2.53");
      networks.scan();
      Interception interception =
          new Interception(() -> networks.exchange(_ -> {}), () -> plan(plain, proxied));
      try (Periodic chores = new Periodic(Ticker.SYSTEM, _ -> {})) {
        interception.start(chores);

        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (interception.found().isEmpty() && System.nanoTime() < deadline) {
          Thread.onSpinWait();
        }
        assertEquals(Set.of(proxied), interception.found());
      }
    }
  }

  private static Plan plan(Vantage... vantages) {
    return Planner.every(
        List.of(vantages),
        List.of(SampleOutcomes.KUBE_DNS),
        List.of(SampleOutcomes.probe("shop").question()),
        List.of());
  }

  private static Vantage vantage(String pod, String address) {
    return new Vantage("shop", "web", pod, "node-a", InetAddress.ofLiteral(address));
  }
}
