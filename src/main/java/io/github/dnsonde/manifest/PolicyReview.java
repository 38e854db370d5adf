package io.github.dnsonde.manifest;

import static io.github.dnsonde.manifest.Notes.invalid;
import static io.github.dnsonde.manifest.Notes.quote;

import io.github.dnsonde.cluster.InvalidPolicy.Fault;
import io.github.dnsonde.cluster.InvalidPolicy.Flaw;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The review of a NetworkPolicy as by an API server: the reasons why it is rejected, in the
 * server's words, and parts that are accepted but probably not as intended (Kubernetes, {@code
 * pkg/apis/networking/validation}). Unknown fields are ignored.
 *
 * @param flaws in the order of the fields; none if the policy is accepted
 * @param surprises in the order of the fields
 */
record PolicyReview(List<Flaw> flaws, List<Surprise> surprises) {

  static final String API_VERSION = "networking.k8s.io/v1";

  private static final Set<String> PROTOCOLS = Set.of("TCP", "UDP", "SCTP");

  /** Reviews a manifest, which must have a kind and a version. */
  static PolicyReview of(Fields policy) {
    Notes notes = new Notes();
    String version = policy.text("apiVersion").orElse("");
    if (!version.equals(API_VERSION)) {
      notes.refuse(
          "apiVersion", invalid(quote(version), "no API server serves it, write " + API_VERSION));
    }
    new MetadataChecks(notes).metadata(policy);
    new Spec(notes).spec(policy);
    return new PolicyReview(notes.flaws(), notes.surprises());
  }

  /**
   * Reviews a policy that an API server has stored, perhaps when it required less. Labels that no
   * object can have any more select nothing, so they do not make the rest unknown.
   */
  static PolicyReview ofStored(Fields policy) {
    Notes notes = new Notes();
    new Spec(notes).spec(policy);
    return new PolicyReview(
        notes.flaws().stream().filter(flaw -> flaw.fault() != Fault.LABEL_SYNTAX).toList(),
        notes.surprises());
  }

  /** Checks {@code spec}. */
  private record Spec(Notes notes) {

    private static final Optional<String> EMPTY_RULE =
        Optional.of("an empty rule, which allows everything");
    private static final Optional<String> EMPTY_PORT =
        Optional.of("an empty port, which is every TCP port and no other");

    void spec(Fields policy) {
      Fields spec = notes.object(policy, "spec", "");
      new LabelChecks(notes).selector(spec, "podSelector", "spec");
      types(spec);
      notes.each(spec, "ingress", "spec", EMPTY_RULE, (rule, path) -> rule(rule, path, "from"));
      notes.each(spec, "egress", "spec", EMPTY_RULE, (rule, path) -> rule(rule, path, "to"));
    }

    private void types(Fields spec) {
      String path = "spec.policyTypes";
      List<String> types = notes.texts(spec, "policyTypes", "spec", Optional.empty());
      if (types.size() > 2) {
        notes.refuse(path, "Invalid value: may not specify more than two policyTypes");
        return;
      }
      for (int i = 0; i < types.size(); i++) {
        if (!Set.of("Ingress", "Egress").contains(types.get(i))) {
          notes.refuse(path + "[" + i + "]", unsupported(types.get(i), "\"Egress\", \"Ingress\""));
        }
      }
    }

    private void rule(Fields rule, String path, String peers) {
      notes.each(rule, "ports", path, EMPTY_PORT, this::port);
      notes.each(rule, peers, path, Optional.empty(), this::peer);
    }

    private void port(Fields port, String path) {
      protocol(port, path + ".protocol");
      endPort(port, path + ".endPort");
      if (port.has("port")) {
        Optional<Integer> number = number(port, "port");
        Optional<String> name = port.text("port");
        number.ifPresent(each -> range(each, path + ".port"));
        name.ifPresent(each -> portName(each, path + ".port"));
        if (number.isEmpty() && name.isEmpty()) {
          notes.refuse(path + ".port", "Invalid value: must be a port's number or name");
        }
      }
    }

    private void portName(String name, String path) {
      boolean quoted = !name.isEmpty() && name.chars().allMatch(Character::isDigit);
      Fault fault = quoted ? Fault.QUOTED_PORT : Fault.OTHER;
      PortNames.flaws(name).forEach(says -> notes.refuse(fault, path, invalid(quote(name), says)));
    }

    private void protocol(Fields port, String path) {
      if (!port.has("protocol")) {
        return;
      }
      String protocol = port.text("protocol").orElse("");
      if (!PROTOCOLS.contains(protocol)) {
        boolean small = PROTOCOLS.stream().anyMatch(each -> each.equalsIgnoreCase(protocol));
        notes.refuse(
            small ? Fault.LOWERCASE_PROTOCOL : Fault.OTHER,
            path,
            unsupported(protocol, "\"SCTP\", \"TCP\", \"UDP\""));
      }
    }

    private void endPort(Fields port, String path) {
      if (!port.has("endPort")) {
        return;
      }
      Optional<Integer> last = number(port, "endPort");
      Optional<Integer> first = number(port, "port");
      String value = last.map(String::valueOf).orElse("not a number");
      if (!port.has("port")) {
        notes.refuse(path, invalid(value, "may not be specified when `port` is not specified"));
      } else if (first.isEmpty()) {
        notes.refuse(path, invalid(value, "may not be specified when `port` is non-numeric"));
      } else if (last.isEmpty() || last.get() < first.get()) {
        notes.refuse(path, invalid(value, "must be greater than or equal to `port`"));
      }
      last.ifPresent(each -> range(each, path));
    }

    private void range(int port, String path) {
      if (port < 1 || port > 65_535) {
        notes.refuse(path, invalid(String.valueOf(port), "must be between 1 and 65535, inclusive"));
      }
    }

    private void peer(Fields peer, String path) {
      boolean selects = peer.has("podSelector") || peer.has("namespaceSelector");
      if (!selects && !peer.has("ipBlock")) {
        notes.refuse(Fault.EMPTY_PEER, path, "Required value: must specify a peer");
      }
      if (selects && peer.has("ipBlock")) {
        notes.refuse(path, "Forbidden: may not specify both ipBlock and another peer");
      }
      new LabelChecks(notes).selector(peer, "podSelector", path);
      new LabelChecks(notes).selector(peer, "namespaceSelector", path);
      if (peer.has("ipBlock")) {
        block(notes.object(peer, "ipBlock", path), path + ".ipBlock");
      }
    }

    private void block(Fields block, String path) {
      String text = notes.text(block, "cidr", path).orElse("");
      Optional<CidrText> cidr = text.isEmpty() ? Optional.empty() : cidr(text, path + ".cidr");
      if (text.isEmpty()) {
        notes.refuse(path + ".cidr", "Required value");
      }
      List<String> except = notes.texts(block, "except", path, Optional.empty());
      for (int i = 0; i < except.size(); i++) {
        String at = path + ".except[" + i + "]";
        Optional<CidrText> inner = cidr(except.get(i), at);
        if (cidr.isPresent() && inner.filter(each -> !cidr.get().hasPart(each)).isPresent()) {
          String says = invalid(quote(except.get(i)), "must be a strict subset of `cidr`");
          notes.refuse(Fault.EXCEPT_NOT_SUBSET, at, says);
        }
      }
    }

    private Optional<CidrText> cidr(String text, String path) {
      Optional<CidrText> cidr = CidrText.read(text);
      if (cidr.isEmpty()) {
        notes.refuse(
            path,
            invalid(
                quote(text), "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"));
      }
      cidr.flatMap(CidrText::oddity)
          .ifPresent(
              oddity ->
                  notes.surprise(
                      Surprise.Kind.NONSTANDARD_CIDR,
                      path,
                      quote(text)
                          + " "
                          + oddity
                          + ": API servers since Kubernetes 1.36 refuse it, older ones take it as "
                          + cidr.get().block()));
      return cidr;
    }

    /** A number that is not an integer, or does not fit, counts as none. */
    private static Optional<Integer> number(Fields object, String name) {
      try {
        return object.number(name);
      } catch (ArithmeticException _) {
        return Optional.empty();
      }
    }

    private static String unsupported(String value, String supported) {
      return "Unsupported value: " + quote(value) + ": supported values: " + supported;
    }
  }
}
