package io.github.dnsonde.e2e;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.json.FindingsJson;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A person on call, who has the text of an alert, kubectl and the plugin. */
record OnCall(Cluster cluster) {

  private static final Pattern COMMAND = Pattern.compile("`(kubectl dnsonde [^`]+)`");

  /** Returns the first command in an alert's action, as written there. */
  static String command(String action) {
    return COMMAND
        .matcher(action)
        .results()
        .map((MatchResult found) -> found.group(1))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no command in '" + action + "'"));
  }

  /** Returns what a command prints, also if it reports a failure by its exit status. */
  String run(String command) throws IOException {
    return cluster.shell(command + " || test $? -eq 1");
  }

  /** Returns what the controller knows about a namespace. */
  Diagnosis explained(String namespace) throws IOException {
    return FindingsJson.read(
        new StringReader(run("kubectl dnsonde explain " + namespace + " --output json")));
  }

  /** Returns the policy that the controller suggests for a namespace. */
  String fix(String namespace) throws IOException {
    return run("kubectl dnsonde explain " + namespace + " --fix");
  }

  /** Returns the only finding about a namespace; empty if there are none or several. */
  Optional<Finding> onlyFinding(String namespace) throws IOException {
    List<Finding> findings = explained(namespace).findings();
    return findings.size() == 1 ? Optional.of(findings.getFirst()) : Optional.empty();
  }
}
