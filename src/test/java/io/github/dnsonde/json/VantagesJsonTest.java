package io.github.dnsonde.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.VantageStatus;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VantagesJsonTest {

  private static final VantagesJson.Vantages SOME =
      new VantagesJson.Vantages(
          List.of(new Server("six", InetAddress.ofLiteral("fd00::a"), 5_353)),
          List.of(
              new Candidate(
                  "shop",
                  "web",
                  "web-1",
                  Optional.of(InetAddress.ofLiteral("10.244.3.57")),
                  "default-deny",
                  VantageStatus.CHOSEN,
                  new Candidate.Resolver(
                      "None",
                      new ResolverSettings(
                          List.of(InetAddress.ofLiteral("fd00::a")), List.of(), List.of("ndots:2")),
                      List.of("six"))),
              new Candidate("shop", "pod", "x", Optional.empty(), "-", VantageStatus.NO_ADDRESS)),
          new ResolverSettings(
              List.of(InetAddress.ofLiteral("10.96.0.10")),
              List.of("svc.cluster.local", "cluster.local"),
              List.of("ndots:5", "use-vc")),
          List.of("It is \"odd\"."),
          Map.of(new NamespacedName("shop", "web-1"), VantagesJson.Part.BACKGROUND));

  @Test
  void writtenVantagesAreReadBack() throws IOException {
    StringWriter out = new StringWriter();
    VantagesJson.write(SOME, out);
    assertEquals(SOME, VantagesJson.read(new StringReader(out.toString())));
    StringWriter pretty = new StringWriter();
    VantagesJson.writePretty(SOME, pretty);
    assertEquals(SOME, VantagesJson.read(new StringReader(pretty.toString())));
    assertTrue(pretty.toString().endsWith("}\n"), pretty.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not json",
        "[]",
        "{}",
        "{\"servers\": [], \"vantages\": {}}",
        "{\"servers\": [{\"name\": \"a\"}], \"vantages\": []}",
        "{\"servers\": [], \"vantages\": [{\"namespace\": \"a\", \"workload\": \"w\", \"pod\":"
            + " \"p\", \"address\": null, \"class\": \"-\", \"standing\": \"new\"}]}"
      })
  void otherTextIsRefusedWithAMessage(String text) {
    IOException refused =
        assertThrows(IOException.class, () -> VantagesJson.read(new StringReader(text)));
    assertTrue(
        String.valueOf(refused.getMessage())
            .startsWith("received JSON is not a list of vantages: "),
        refused.getMessage());
  }
}
