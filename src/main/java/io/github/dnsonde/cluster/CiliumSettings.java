package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Cidr;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The settings of Cilium that decide on traffic: those of its ConfigMap. They are part of the
 * policies of a cluster, as the objects that Calico's policies refer to are.
 *
 * @param enforcement the pods whose traffic is denied unless a rule allows it
 */
public record CiliumSettings(Enforcement enforcement) implements PolicyRules {

  /** The name of the ConfigMap. */
  public static final String NAME = "cilium-config";

  /** The namespace in which Cilium usually runs. */
  public static final String NAMESPACE = "kube-system";

  /** The key of the enforcement mode in the ConfigMap. */
  public static final String ENFORCEMENT = "enable-policy";

  private static final PolicyKind KIND = new PolicyKind("", "ConfigMap", false);

  public CiliumSettings {
    requireNonNull(enforcement, "enforcement is null");
  }

  /** The enforcement mode (Cilium documentation, "Policy Enforcement Modes"). */
  public enum Enforcement {
    /** Pods that a policy selects. */
    DEFAULT,
    /** All pods. */
    ALWAYS,
    /** No pods: nothing is denied. */
    NEVER;

    /** Returns the mode of this word, such as {@code always}. */
    public static Optional<Enforcement> of(String word) {
      return Arrays.stream(values())
          .filter(mode -> mode.name().equals(word.toUpperCase(Locale.ROOT)))
          .findFirst();
    }
  }

  /** Returns the enforcement mode that an object sets; empty if it is not Cilium's settings. */
  public static Optional<Enforcement> enforcement(ForeignPolicy object) {
    return object.rules().orElse(null) instanceof CiliumSettings(Enforcement mode)
        ? Optional.of(mode)
        : Optional.empty();
  }

  /** Returns them as an object next to the policies. */
  public ForeignPolicy object() {
    Set<Direction> both = EnumSet.allOf(Direction.class);
    return new ForeignPolicy(
            KIND,
            Optional.empty(),
            Optional.of(NAME),
            ForeignPolicy.Rank.BESIDE,
            both,
            both,
            ForeignPolicy.Subject.EVERY_POD)
        .with(this);
  }

  @Override
  public Stream<String> podKeys() {
    return Stream.of();
  }

  @Override
  public Stream<Cidr> blocks() {
    return Stream.of();
  }
}
