package io.github.dnsonde.demo;

import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Transport;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One state of the make-believe cluster.
 *
 * @param title what was just broken or fixed, in a line
 * @param story what it would be in a real cluster
 */
public record Scene(String title, String story, Optional<Breakage> breakage) {

  private static final Set<String> EVERYONE = FakeCluster.NAMESPACES.keySet();
  private static final Set<String> PAYMENTS = Set.of("payments");
  private static final Set<String> BOTH = Set.of(FakeCluster.KUBE_DNS, FakeCluster.NODE_LOCAL_DNS);
  private static final Set<Transport> ANY_TRANSPORT = EnumSet.allOf(Transport.class);
  private static final Set<Scope> ANY_SCOPE = EnumSet.allOf(Scope.class);

  /** Which questions are hit, and how. */
  record Breakage(
      Fault fault,
      Set<String> namespaces,
      Set<String> servers,
      Set<Transport> transports,
      Set<Scope> scopes) {

    boolean hits(String namespace, String server, Transport transport, Scope scope) {
      return namespaces.contains(namespace)
          && servers.contains(server)
          && transports.contains(transport)
          && scopes.contains(scope);
    }
  }

  /** The whole story, from all well to all well. */
  public static final List<Scene> SCRIPT =
      List.of(
          well("All is well", "every namespace reaches both servers over UDP and TCP"),
          broken(
              "payments: default-deny, egress to DNS forgotten",
              "a NetworkPolicy with policyTypes [Egress] and no rule for port 53: every query of"
                  + " payments is dropped",
              new Breakage(Fault.SILENCE, PAYMENTS, BOTH, ANY_TRANSPORT, ANY_SCOPE)),
          broken(
              "payments: half fixed, UDP only",
              "port 53 allowed without TCP: big answers, which come over TCP, still fail",
              new Breakage(Fault.SILENCE, PAYMENTS, BOTH, EnumSet.of(Transport.TCP), ANY_SCOPE)),
          broken(
              "payments: half fixed, NodeLocal DNSCache forgotten",
              "a podSelector names kube-dns, but 169.254.20.10 is no pod",
              new Breakage(
                  Fault.SILENCE,
                  PAYMENTS,
                  Set.of(FakeCluster.NODE_LOCAL_DNS),
                  ANY_TRANSPORT,
                  ANY_SCOPE)),
          well("payments: fixed", "UDP and TCP to kube-dns' pods and to NodeLocal's address"),
          broken(
              "The upstream resolver is gone",
              "external names get SERVFAIL everywhere, internal ones are well: no policy's fault",
              new Breakage(
                  Fault.SERVFAIL, EVERYONE, BOTH, ANY_TRANSPORT, EnumSet.of(Scope.EXTERNAL))),
          broken(
              "kube-dns is overloaded",
              "right answers that come too late: applications have given up by then",
              new Breakage(
                  Fault.SLOWNESS,
                  EVERYONE,
                  Set.of(FakeCluster.KUBE_DNS),
                  ANY_TRANSPORT,
                  ANY_SCOPE)),
          broken(
              "External answers no longer fit into a datagram",
              "truncated over UDP; whoever may not ask over TCP has no answer",
              new Breakage(
                  Fault.TRUNCATION,
                  EVERYONE,
                  BOTH,
                  EnumSet.of(Transport.UDP),
                  EnumSet.of(Scope.EXTERNAL))),
          well("All is well again", "everything fixed"));

  private static Scene well(String title, String story) {
    return new Scene(title, story, Optional.empty());
  }

  private static Scene broken(String title, String story, Breakage breakage) {
    return new Scene(title, story, Optional.of(breakage));
  }

  /** How this probe should fail in this scene; empty when it should not. */
  public Optional<Reason> expected(Probe probe) {
    return fault(
            probe.vantage().namespace(),
            probe.server().name(),
            probe.question().transport(),
            probe.question().scope())
        .map(Fault::seenAs);
  }

  Optional<Fault> fault(String namespace, String server, Transport transport, Scope scope) {
    return breakage.filter(b -> b.hits(namespace, server, transport, scope)).map(Breakage::fault);
  }
}
