package io.github.dnsonde.kube;

import static io.github.dnsonde.kube.FakeApiServer.listing;
import static io.github.dnsonde.kube.FakeApiServer.watching;
import static io.github.dnsonde.kube.SampleObjects.NAMESPACES;
import static io.github.dnsonde.kube.SampleObjects.PODS;
import static io.github.dnsonde.kube.SampleObjects.POLICIES;

import io.github.dnsonde.kube.FakeApiServer.Request;
import java.io.IOException;
import java.io.Writer;
import java.util.function.Predicate;

/**
 * The largest objects that tenants can create, and many of them, in namespaces with pods on the
 * node. They are written on request, because even a test's server could not hold them.
 */
public final class HostileTenant {

  private static final Predicate<Request> PODS_OF_NODE =
      listing(PODS).and(request -> request.parameters().containsKey("fieldSelector"));

  private final int large;
  private final int namespaces;

  private HostileTenant(int large, int namespaces) {
    this.large = large;
    this.namespaces = namespaces;
  }

  /**
   * Makes a server list all of them, and send one line of 100 MB.
   *
   * @param large the number of policies of 0.6 MB
   * @param namespaces the number of namespaces
   */
  public static void in(FakeApiServer server, int large, int namespaces) {
    HostileTenant tenant = new HostileTenant(large, namespaces);
    server.append(PODS_OF_NODE, HostileTenant::pods);
    server.append(listing(NAMESPACES), tenant::namespaces);
    server.append(listing(POLICIES), tenant::policies);
    longLine(server);
  }

  /** Makes a server answer the next watch of policies with one line of 100 MB. */
  static void longLine(FakeApiServer server) {
    server.fail(
        watching(POLICIES), 1, exchange -> FakeApiServer.stream(exchange, HostileTenant::line));
  }

  private static void line(Writer to) throws IOException {
    to.write("{\"type\": \"ADDED\", \"object\": {\"metadata\": {\"name\": \"");
    String thousand = "x".repeat(1_000);
    for (int i = 0; i < 100_000; i++) {
      to.write(thousand);
    }
    to.write("\"}}}\n");
  }

  /**
   * A hundred pods, each in its own namespace; one has a spec of 1 MB, one has labels of that size.
   */
  private static void pods(Writer to) throws IOException {
    for (int i = 0; i < 100; i++) {
      to.write(
          """
          ,{"metadata": {"namespace": "team-%1$d", "name": "pod-%1$d", "labels": {"app": "a%1$d"\
          """
              .formatted(i));
      each(to, i == 7 ? 30_000 : 100, ",\"label-%d\": \"some value\"");
      to.write("}}, \"spec\": {\"nodeName\": \"node-1\", \"containers\": [{\"env\": [null");
      each(
          to,
          i == 8 ? 20_000 : 10,
          ",{\"name\": \"N%d\", \"value\": \"of some length, as it is\"}");
      to.write(
          "]}]}, \"status\": {\"phase\": \"Running\", \"podIP\": \"10.1.0.%d\"}}".formatted(i));
    }
  }

  private void namespaces(Writer to) throws IOException {
    for (int i = 0; i < namespaces; i++) {
      to.write(
          """
          ,{"metadata": {"name": "team-%1$d", "labels": {"kubernetes.io/metadata.name": "team-%1$d",
            "team": "%1$d", "field.cattle.io/projectId": "p-%1$d", "env": "prod"\
          """
              .formatted(i));
      each(to, i == 9 ? 30_000 : 0, ",\"label-%d\": \"some value\"");
      to.write("}}}");
    }
  }

  /**
   * Policies that are too large in team-1, too many in team-2, and of usual size in 5,000 others.
   */
  private void policies(Writer to) throws IOException {
    policy(to, 1, 51, 80_000, ",{\"port\": %d}", "ports");
    for (int i = 1; i <= large; i++) {
      policy(to, 1, i, 20_000, ",{\"port\": %d, \"protocol\": \"UDP\"}", "ports");
    }
    for (int i = 0; i < 60; i++) {
      policy(
          to,
          2,
          i,
          900,
          ",{\"podSelector\": {\"matchLabels\": {\"app\": \"" + i + "-%d\"}}}",
          "to");
    }
    for (int i = 0; i < 5_000; i++) {
      policy(to, i, 0, 12, ",{\"podSelector\": {\"matchLabels\": {\"app\": \"app-%d\"}}}", "to");
    }
  }

  private static void policy(
      Writer to, int team, int number, int elements, String element, String list)
      throws IOException {
    to.write(
        """
        ,{"metadata": {"namespace": "team-%d", "name": "policy-%d"},
          "spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"%s": [%s\
        """
            .formatted(
                team, number, list, list.equals("to") ? "{\"podSelector\": {}}" : "{\"port\": 1}"));
    each(to, elements, element);
    to.write("]}]}}");
  }

  private static void each(Writer to, int count, String element) throws IOException {
    String[] halves = element.split("%d", 2);
    for (int i = 1; i <= count; i++) {
      to.write(halves[0]);
      to.write(Integer.toString(i));
      to.write(halves[1]);
    }
  }
}
