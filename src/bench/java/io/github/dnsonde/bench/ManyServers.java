package io.github.dnsonde.bench;

import java.util.List;

/**
 * An agent's configuration for one stand-in server under many names, with as many series as many
 * servers.
 */
final class ManyServers {

  private static final int SERVERS = 25;

  /** The names that the stand-in knows; each is queried over UDP and TCP. */
  private static final List<String> QUESTIONS =
      List.of(
          "{name: kubernetes.default.svc.cluster.local.}",
          "{name: kube-dns.kube-system.svc.cluster.local.}",
          "{name: dns-version.cluster.local., type: TXT}",
          "{name: _https._tcp.kubernetes.default.svc.cluster.local., type: SRV}",
          "{name: example.com.}",
          "{name: example.com., type: AAAA}",
          "{name: www.example.com.}",
          "{name: mail.example.com.}");

  static final int PROBES = SERVERS * QUESTIONS.size() * 2;

  private ManyServers() {}

  /** Returns the configuration for a stand-in on this port of loopback. */
  static String at(int port) {
    StringBuilder yaml = new StringBuilder("http: {metrics: '127.0.0.1:0', api: '127.0.0.1:0'}\n");
    yaml.append("questions:\n");
    QUESTIONS.forEach(question -> yaml.append("- ").append(question).append('\n'));
    yaml.append("servers:\n");
    for (int server = 1; server <= SERVERS; server++) {
      yaml.append("- {name: s%d, address: 127.0.0.1, port: %d}\n".formatted(server, port));
    }
    return yaml.toString();
  }
}
