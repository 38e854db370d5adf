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
 * One state of the simulated cluster.
 *
 * @param title what was just broken or fixed, in a line
 * @param story the equivalent in a real cluster
 */
public record Scene(String title, String story, Optional<Breakage> breakage) {

  private static final Set<String> EVERYONE = FakeCluster.NAMESPACES.keySet();
  private static final Set<String> PAYMENTS = Set.of("payments");
  private static final Set<String> BOTH = Set.of(FakeCluster.KUBE_DNS, FakeCluster.NODE_LOCAL_DNS);
  private static final Set<Transport> ANY_TRANSPORT = EnumSet.allOf(Transport.class);
  private static final Set<Scope> ANY_SCOPE = EnumSet.allOf(Scope.class);

  /** The queries that a fault affects, and the fault. */
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

  /** All scenes, from healthy to healthy. */
  public static final List<Scene> SCRIPT =
      List.of(
          healthy("Everything works", "every namespace reaches both servers over UDP and TCP"),
          broken(
              "payments: default-deny, egress to DNS forgotten",
              "a NetworkPolicy with policyTypes [Egress] and no rule for port 53: every query of"
                  + " payments is dropped",
              new Breakage(Fault.SILENCE, PAYMENTS, BOTH, ANY_TRANSPORT, ANY_SCOPE)),
          broken(
              "payments: half fixed, UDP only",
              "port 53 allowed without TCP: big answers, which need TCP, still fail",
              new Breakage(Fault.SILENCE, PAYMENTS, BOTH, EnumSet.of(Transport.TCP), ANY_SCOPE)),
          broken(
              "payments: half fixed, NodeLocal DNSCache forgotten",
              "a podSelector selects kube-dns, but 169.254.20.10 is not a pod",
              new Breakage(
                  Fault.SILENCE,
                  PAYMENTS,
                  Set.of(FakeCluster.NODE_LOCAL_DNS),
                  ANY_TRANSPORT,
                  ANY_SCOPE)),
          healthy("payments: fixed", "UDP and TCP to kube-dns' pods and to NodeLocal's address"),
          broken(
              "The upstream resolver is gone",
              "external names get SERVFAIL everywhere, internal ones do not: policies are not the"
                  + " cause",
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
              "truncated over UDP; a pod that may not use TCP gets no answer",
              new Breakage(
                  Fault.TRUNCATION,
                  EVERYONE,
                  BOTH,
                  EnumSet.of(Transport.UDP),
                  EnumSet.of(Scope.EXTERNAL))),
          healthy("Everything works again", "everything fixed"));

  private static Scene healthy(String title, String story) {
    return new Scene(title, story, Optional.empty());
  }

  private static Scene broken(String title, String story, Breakage breakage) {
    return new Scene(title, story, Optional.of(breakage));
  }

  /** The reason for which this probe should fail in this scene; empty if it should not fail. */
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
