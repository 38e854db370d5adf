package io.github.dnsonde.policy;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Random policies of Cilium and NetworkPolicies, and queries that they concern. */
record CiliumRandomCases(Random random) {

  private static final Gson GSON = new Gson();

  private static final List<Map<String, Object>> DNS_PORTS =
      List.of(
          Map.of("name", "dns", "containerPort", 53, "protocol", "UDP"),
          Map.of("name", "dns-tcp", "containerPort", 53, "protocol", "TCP"));

  private static final Map<String, Object> SERVICE =
      Map.of(
          "name",
          "kube-dns",
          "clusterIP",
          "10.96.0.10",
          "ports",
          List.of(
              Map.of("name", "dns", "port", 53, "protocol", "UDP", "targetPort", 53),
              Map.of("name", "dns-tcp", "port", 53, "protocol", "TCP", "targetPort", 53)));

  private static final Map<String, Object> POD =
      pod(
          "web-0",
          "10.1.1.5",
          false,
          Map.of("app", "web", "pod-template-hash", "abc", "app.kubernetes.io/name", "a"));

  private static final Map<String, Object> HOST_POD =
      pod("agent-0", "192.168.0.1", true, Map.of("app", "web"));

  private static final List<String> KEYS =
      List.of(
          "app",
          "k8s:app",
          "any:k8s-app",
          "k8s-app",
          "k8s:io.kubernetes.pod.namespace",
          "io.kubernetes.pod.namespace",
          "k8s:io.cilium.k8s.namespace.labels.team",
          "io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name",
          "pod-template-hash",
          "app.kubernetes.io/name",
          "container:app",
          "reserved:host",
          "reserved:world");

  private static final List<String> VALUES =
      List.of("web", "kube-dns", "kube-system", "shop", "a", "b", "abc", "");

  /** Returns a case as its file has it. */
  JsonObject next(int number) {
    Map<String, Object> known = new LinkedHashMap<>();
    known.put("id", "random-" + number);
    known.put("policies", many(1, 4, this::policy));
    known.put(
        "namespaces",
        Map.of("shop", Map.of("team", "a"), "other", Map.of("team", "b"), "kube-system", Map.of()));
    known.put("pod", random.nextInt(10) == 0 ? HOST_POD : POD);
    known.put("destination", destination());
    known.put("protocol", one("udp", "tcp"));
    known.put("port", 53);
    known.put("expected", "allow");
    return GSON.toJsonTree(known).getAsJsonObject();
  }

  private static Map<String, Object> pod(
      String name, String ip, boolean onNode, Map<String, String> labels) {
    return Map.of(
        "namespace",
        "shop",
        "name",
        name,
        "node",
        "n1",
        "ip",
        ip,
        "hostNetwork",
        onNode,
        "labels",
        labels);
  }

  private Map<String, Object> destination() {
    return switch (random.nextInt(8)) {
      case 0 -> Map.of("kind", "external", "via", "ip", "ip", "8.8.8.8");
      case 1 ->
          Map.of(
              "kind",
              "nodelocal",
              "via",
              "ip",
              "ip",
              "169.254.20.10",
              "namespace",
              "kube-system",
              "pods",
              List.of(dnsPod("node-local-dns", "n1", "192.168.0.1", true)));
      case 2 -> service(dnsPod("kube-dns", "n2", "192.168.0.2", true));
      default -> service(dnsPod("kube-dns", "n2", "10.1.2.10", false));
    };
  }

  private static Map<String, Object> service(Map<String, Object> pod) {
    return Map.of(
        "kind",
        "kube-dns",
        "via",
        "service",
        "namespace",
        "kube-system",
        "service",
        SERVICE,
        "pods",
        List.of(pod));
  }

  private static Map<String, Object> dnsPod(String app, String node, String ip, boolean onNode) {
    return Map.of(
        "name",
        app + "-0",
        "node",
        node,
        "ip",
        ip,
        "hostNetwork",
        onNode,
        "labels",
        Map.of("k8s-app", app),
        "ports",
        DNS_PORTS);
  }

  private Map<String, Object> policy() {
    return switch (random.nextInt(6)) {
      case 0 -> networkPolicy();
      case 1, 2 ->
          object("cilium.io/v2", "CiliumClusterwideNetworkPolicy", Map.of("name", name()), spec());
      default ->
          object(
              "cilium.io/v2",
              "CiliumNetworkPolicy",
              Map.of("name", name(), "namespace", one("shop", "shop", "kube-system", "other")),
              spec());
    };
  }

  private String name() {
    return "p" + random.nextInt(1_000_000);
  }

  private static Map<String, Object> object(
      String version, String kind, Map<String, Object> metadata, Map<String, Object> spec) {
    return Map.of("apiVersion", version, "kind", kind, "metadata", metadata, "spec", spec);
  }

  private Map<String, Object> spec() {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("endpointSelector", random.nextInt(3) == 0 ? selector() : Map.of());
    sections(spec, "egress", "to");
    sections(spec, "ingress", "from");
    if (random.nextInt(4) == 0) {
      spec.put("enableDefaultDeny", Map.of(one("egress", "ingress"), random.nextBoolean()));
    }
    return spec;
  }

  private void sections(Map<String, Object> spec, String direction, String prefix) {
    if (random.nextInt(4) > 0) {
      spec.put(direction, many(1, 3, () -> rule(prefix, false)));
    }
    if (random.nextInt(4) == 0) {
      spec.put(direction + "Deny", many(1, 2, () -> rule(prefix, true)));
    }
  }

  private Map<String, Object> rule(String prefix, boolean denies) {
    Map<String, Object> rule = new LinkedHashMap<>();
    switch (random.nextInt(9)) {
      case 0, 1, 2 -> rule.put(prefix + "Endpoints", many(1, 2, this::selector));
      case 3, 4 ->
          rule.put(
              prefix + "Entities",
              many(
                  1,
                  2,
                  () ->
                      one(
                          "all",
                          "world",
                          "cluster",
                          "host",
                          "remote-node",
                          "none",
                          "health",
                          "cluster-mesh",
                          "init",
                          "unmanaged",
                          "ingress")));
      case 5 ->
          rule.put(
              prefix + "CIDR",
              many(
                  1,
                  2,
                  () ->
                      one(
                          "0.0.0.0/0",
                          "8.8.8.8/32",
                          "10.0.0.0/8",
                          "169.254.20.10/32",
                          "192.168.0.0/16",
                          "8.8.8.8")));
      case 6 ->
          rule.put(
              prefix + "CIDRSet",
              List.of(
                  Map.of("cidr", one("0.0.0.0/0", "8.0.0.0/8"), "except", List.of("8.8.0.0/16"))));
      case 7 -> special(rule, prefix, denies);
      default -> {
        // no peers
      }
    }
    switch (random.nextInt(5)) {
      case 0, 1, 2 -> rule.put("toPorts", many(1, 2, () -> ports(prefix, denies)));
      case 3 -> rule.putAll(random.nextInt(4) == 0 ? icmp() : Map.of());
      default -> {
        // all ports
      }
    }
    return rule;
  }

  private static Map<String, Object> icmp() {
    return Map.of("icmps", List.of(Map.of("fields", List.of(Map.of("type", 8)))));
  }

  private void special(Map<String, Object> rule, String prefix, boolean denies) {
    switch (random.nextInt(3)) {
      case 0 -> rule.put(prefix + one("Endpoints", "Entities", "CIDR", "CIDRSet"), List.of());
      case 1 -> {
        if (prefix.equals("to") && !denies) {
          rule.put("toFQDNs", List.of(Map.of("matchPattern", "*.example.com")));
        }
      }
      default -> {
        if (prefix.equals("to") && !denies) {
          rule.put(
              "toServices",
              List.of(Map.of("k8sService", Map.of("serviceName", "api", "namespace", "other"))));
        }
      }
    }
  }

  private Map<String, Object> ports(String prefix, boolean denies) {
    Map<String, Object> ports = new LinkedHashMap<>();
    ports.put("ports", many(1, 2, this::port));
    if (prefix.equals("to") && !denies && random.nextInt(4) == 0) {
      ports.put("ports", List.of(Map.of("port", "53", "protocol", one("UDP", "TCP", "ANY"))));
      ports.put("rules", Map.of("dns", List.of(Map.of("matchPattern", one("*", "*.local")))));
    }
    return random.nextInt(20) == 0 ? Map.of() : ports;
  }

  private Map<String, Object> port() {
    Map<String, Object> port = new LinkedHashMap<>();
    port.put("port", one("53", "53", "53", "50", "0", "5353", "dns", "dns-tcp", "DNS"));
    if (random.nextInt(3) > 0) {
      port.put("protocol", one("UDP", "TCP", "ANY", "SCTP"));
    }
    if (random.nextInt(4) == 0) {
      port.put("endPort", Integer.valueOf(one("52", "53", "60")));
    }
    return port;
  }

  private Map<String, Object> selector() {
    Map<String, Object> selector = new LinkedHashMap<>();
    if (random.nextInt(3) > 0) {
      Map<String, Object> labels = new LinkedHashMap<>();
      IntStream.range(0, random.nextInt(3)).forEach(_ -> labels.put(one(KEYS), one(VALUES)));
      if (random.nextInt(3) == 0) {
        labels.put("k8s-app", "kube-dns");
        labels.put("k8s:io.kubernetes.pod.namespace", "kube-system");
      }
      selector.put("matchLabels", labels);
    }
    if (random.nextInt(3) == 0) {
      selector.put("matchExpressions", many(1, 2, this::expression));
    }
    return selector;
  }

  private Map<String, Object> expression() {
    String operator = one("In", "NotIn", "Exists", "DoesNotExist");
    return operator.endsWith("In")
        ? Map.of(
            "key", one(KEYS), "operator", operator, "values", List.of(one(VALUES), one(VALUES)))
        : Map.of("key", one(KEYS), "operator", operator);
  }

  private Map<String, Object> networkPolicy() {
    Map<String, Object> peer =
        switch (random.nextInt(4)) {
          case 0 -> Map.of("podSelector", Map.of());
          case 1 -> Map.of("namespaceSelector", Map.of("matchLabels", Map.of("team", "a")));
          case 2 -> Map.of("namespaceSelector", Map.of());
          default -> Map.of("ipBlock", Map.of("cidr", one("0.0.0.0/0", "8.0.0.0/8", "10.0.0.0/8")));
        };
    Map<String, Object> rule = new LinkedHashMap<>();
    boolean egress = random.nextBoolean();
    if (random.nextInt(4) > 0) {
      rule.put(egress ? "to" : "from", List.of(peer));
    }
    if (random.nextBoolean()) {
      rule.put("ports", List.of(Map.of("port", 53, "protocol", one("UDP", "TCP"))));
    }
    return object(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        Map.of("name", name(), "namespace", one("shop", "kube-system")),
        Map.of(
            "podSelector",
            Map.of(),
            "policyTypes",
            List.of(egress ? "Egress" : "Ingress"),
            egress ? "egress" : "ingress",
            random.nextInt(3) == 0 ? List.of() : List.of(rule)));
  }

  private <T> List<T> many(int least, int most, Supplier<T> element) {
    List<T> all = new ArrayList<>();
    IntStream.rangeClosed(1, least + random.nextInt(most - least + 1))
        .forEach(_ -> all.add(element.get()));
    return all;
  }

  private String one(String... choices) {
    return one(List.of(choices));
  }

  private String one(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
