package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.InvalidPolicy.Fault;
import io.github.dnsonde.cluster.InvalidPolicy.Flaw;
import io.github.dnsonde.cluster.LabelSelector.Operator;
import io.github.dnsonde.probe.Cidr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * What an API server finds wrong with a NetworkPolicy, in its words (Kubernetes, {@code
 * pkg/apis/networking/validation}). Fields that it does not know are {@link PolicyFields}'.
 */
final class PolicyFlaws {

  private static final Set<String> PROTOCOLS = Set.of("TCP", "UDP", "SCTP");

  private final List<Flaw> found = new ArrayList<>();

  private PolicyFlaws() {}

  /** Everything that is wrong, in the order of the fields; nothing if it is taken. */
  static List<Flaw> of(Fields policy) {
    PolicyFlaws flaws = new PolicyFlaws();
    Fields metadata = policy.object("metadata");
    if (metadata.text("name").or(() -> metadata.text("generateName")).orElse("").isEmpty()) {
      flaws.add("metadata.name", "Required value: name or generateName is required");
    }
    flaws.spec(policy.object("spec"));
    return List.copyOf(flaws.found);
  }

  private void spec(Fields spec) {
    selector("spec", spec, "podSelector");
    types("spec.policyTypes", spec);
    each(spec, "ingress", "spec", (rule, path) -> rule(rule, path, "from"));
    each(spec, "egress", "spec", (rule, path) -> rule(rule, path, "to"));
  }

  private void types(String path, Fields spec) {
    list(spec, "policyTypes", path, spec.texts("policyTypes").size());
    List<String> types = spec.texts("policyTypes");
    if (types.size() > 2) {
      add(path, "Invalid value: may not specify more than two policyTypes");
      return;
    }
    for (int i = 0; i < types.size(); i++) {
      if (!Set.of("Ingress", "Egress").contains(types.get(i))) {
        add(path + "[" + i + "]", unsupported(types.get(i), "\"Egress\", \"Ingress\""));
      }
    }
  }

  private void rule(Fields rule, String path, String peers) {
    each(rule, "ports", path, this::port);
    each(rule, peers, path, this::peer);
  }

  private void port(Fields port, String path) {
    protocol(port, path + ".protocol");
    endPort(port, path + ".endPort");
    if (port.has("port")) {
      Optional<Integer> number = number(port, "port");
      Optional<String> name = port.text("port");
      number.ifPresent(each -> range(each, path + ".port"));
      name.ifPresent(each -> PortNames.flaws(each).forEach(says -> portName(each, path, says)));
      if (number.isEmpty() && name.isEmpty()) {
        add(path + ".port", "Invalid value: must be a port's number or name");
      }
    }
  }

  private void portName(String name, String path, String says) {
    boolean quoted = !name.isEmpty() && name.chars().allMatch(Character::isDigit);
    found.add(
        new Flaw(
            quoted ? Fault.QUOTED_PORT : Fault.OTHER, path + ".port", invalid(quote(name), says)));
  }

  private void protocol(Fields port, String path) {
    if (!port.has("protocol")) {
      return;
    }
    String protocol = port.text("protocol").orElse("");
    if (!PROTOCOLS.contains(protocol)) {
      boolean small = PROTOCOLS.stream().anyMatch(each -> each.equalsIgnoreCase(protocol));
      String says = unsupported(protocol, "\"SCTP\", \"TCP\", \"UDP\"");
      found.add(new Flaw(small ? Fault.LOWERCASE_PROTOCOL : Fault.OTHER, path, says));
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
      add(path, invalid(value, "may not be specified when `port` is not specified"));
    } else if (first.isEmpty()) {
      add(path, invalid(value, "may not be specified when `port` is non-numeric"));
    } else if (last.isEmpty() || last.get() < first.get()) {
      add(path, invalid(value, "must be greater than or equal to `port`"));
    }
    last.ifPresent(each -> range(each, path));
  }

  private void range(int port, String path) {
    if (port < 1 || port > 65_535) {
      add(path, invalid(String.valueOf(port), "must be between 1 and 65535, inclusive"));
    }
  }

  private void peer(Fields peer, String path) {
    boolean selects = peer.has("podSelector") || peer.has("namespaceSelector");
    if (!selects && !peer.has("ipBlock")) {
      found.add(new Flaw(Fault.EMPTY_PEER, path, "Required value: must specify a peer"));
    }
    if (selects && peer.has("ipBlock")) {
      add(path, "Forbidden: may not specify both ipBlock and another peer");
    }
    selector(path, peer, "podSelector");
    selector(path, peer, "namespaceSelector");
    if (peer.has("ipBlock")) {
      block(peer.object("ipBlock"), path + ".ipBlock");
    }
  }

  private void block(Fields block, String path) {
    Optional<Cidr> cidr = cidr(block.text("cidr").orElse(""), path + ".cidr");
    list(block, "except", path + ".except", block.texts("except").size());
    List<String> except = block.texts("except");
    for (int i = 0; i < except.size(); i++) {
      String at = path + ".except[" + i + "]";
      String text = except.get(i);
      Optional<Cidr> inner = cidr(text, at);
      if (cidr.isPresent() && inner.filter(each -> !isPart(each, cidr.get())).isPresent()) {
        String says = invalid(quote(text), "must be a strict subset of `cidr`");
        found.add(new Flaw(Fault.EXCEPT_NOT_SUBSET, at, says));
      }
    }
  }

  private static boolean isPart(Cidr inner, Cidr outer) {
    return outer.contains(inner.base()) && outer.prefixLength() < inner.prefixLength();
  }

  private Optional<Cidr> cidr(String text, String path) {
    if (text.isEmpty()) {
      add(path, "Required value");
      return Optional.empty();
    }
    try {
      if (text.contains("/")) {
        return Optional.of(Cidr.around(text));
      }
    } catch (IllegalArgumentException _) {
      // said below, in the server's words
    }
    add(
        path,
        invalid(quote(text), "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"));
    return Optional.empty();
  }

  /** Kubernetes, {@code ValidateLabelSelector}. */
  private void selector(String path, Fields object, String name) {
    Fields selector = object.object(name);
    String at = path + "." + name;
    Fields labels = selector.object("matchLabels");
    labels.names().stream()
        .filter(key -> labels.has(key) && labels.text(key).isEmpty())
        .sorted()
        .forEach(key -> add(at + ".matchLabels", "Invalid value: " + key + " must be a text"));
    each(selector, "matchExpressions", at, this::requirement);
  }

  private void requirement(Fields requirement, String path) {
    String word = requirement.text("operator").orElse("");
    boolean any = requirement.size("values") > 0;
    Optional<Operator> operator =
        Arrays.stream(Operator.values()).filter(each -> each.word().equals(word)).findFirst();
    if (requirement.text("key").orElse("").isEmpty()) {
      add(path + ".key", "Invalid value: \"\": name part must be non-empty");
    }
    if (operator.isEmpty()) {
      add(path + ".operator", invalid(quote(word), "not a valid selector operator"));
    } else if (operator.get().takesValues() && !any) {
      add(path + ".values", "Required value: must be specified when `operator` is 'In' or 'NotIn'");
    } else if (!operator.get().takesValues() && any) {
      add(
          path + ".values",
          "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    }
    list(requirement, "values", path + ".values", requirement.texts("values").size());
  }

  private void each(Fields object, String name, String path, BiConsumer<Fields, String> check) {
    String at = path + "." + name;
    List<Fields> all = object.objects(name).toList();
    list(object, name, at, all.size());
    for (int i = 0; i < all.size(); i++) {
      check.accept(all.get(i), at + "[" + i + "]");
    }
  }

  /** Something that is no list, or has an element of another type than the others. */
  private void list(Fields object, String name, String path, int understood) {
    if (object.has(name) && (!object.isList(name) || understood != object.size(name))) {
      add(path, "Invalid value: not a list of what belongs there");
    }
  }

  private static Optional<Integer> number(Fields object, String name) {
    try {
      return object.number(name);
    } catch (ArithmeticException _) {
      return Optional.of(-1); // out of every range
    }
  }

  private void add(String path, String says) {
    found.add(new Flaw(Fault.OTHER, path, says));
  }

  private static String invalid(String value, String says) {
    return "Invalid value: " + value + ": " + says;
  }

  private static String unsupported(String value, String supported) {
    return "Unsupported value: " + quote(value) + ": supported values: " + supported;
  }

  private static String quote(String text) {
    return "\"" + text + "\"";
  }
}
