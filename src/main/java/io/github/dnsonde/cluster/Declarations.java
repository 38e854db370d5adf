package io.github.dnsonde.cluster;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.cluster.Declaration.Invalid;
import io.github.dnsonde.cluster.Declaration.NoDns;
import io.github.dnsonde.probe.ExpectedSilence;
import io.github.dnsonde.probe.NamespacedName;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The declarations of the namespaces that a view of a cluster shows. */
public record Declarations(List<Declaration> all) {

  /** No declarations. */
  public static final Declarations NONE = new Declarations(List.of());

  public Declarations {
    all = List.copyOf(all);
  }

  /** The declarations with an effect at this time. */
  public List<NoDns> inForce(Instant now) {
    return noDns(declaration -> !declaration.isExpired(now));
  }

  /** The declarations whose end has come. */
  public List<NoDns> expired(Instant now) {
    return noDns(declaration -> declaration.isExpired(now));
  }

  private List<NoDns> noDns(Predicate<NoDns> which) {
    return all.stream()
        .flatMap(
            declaration ->
                declaration instanceof NoDns noDns ? Stream.of(noDns) : Stream.<NoDns>empty())
        .filter(which)
        .toList();
  }

  /** The declarations with mistakes. */
  public List<Invalid> invalid() {
    return all.stream()
        .flatMap(
            declaration ->
                declaration instanceof Invalid invalid
                    ? Stream.of(invalid)
                    : Stream.<Invalid>empty())
        .toList();
  }

  /** Returns which of these pods are expected to get no response at this time. */
  public ExpectedSilence silence(Collection<Pod> pods, Instant now) {
    List<NoDns> inForce = inForce(now);
    if (inForce.isEmpty()) {
      return ExpectedSilence.NONE;
    }
    Set<String> present = pods.stream().map(Pod::namespace).collect(toUnmodifiableSet());
    return new ExpectedSilence(
        inForce.stream()
            .filter(NoDns::isOfNamespace)
            .map(declaration -> declaration.holder().namespace())
            .filter(present::contains)
            .collect(toUnmodifiableSet()),
        pods.stream()
            .filter(pod -> inForce.stream().anyMatch(declaration -> declaration.selects(pod)))
            .map(pod -> new NamespacedName(pod.namespace(), pod.name()))
            .collect(toUnmodifiableSet()));
  }
}
