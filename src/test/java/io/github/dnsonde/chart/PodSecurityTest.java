package io.github.dnsonde.chart;

import static io.github.dnsonde.chart.Rendered.yaml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Checks that every pod but the node's agent meets Pod Security's profile restricted (Kubernetes
 * documentation, "Pod Security Standards").
 */
class PodSecurityTest {

  private static final Set<String> VOLUMES =
      Set.of("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "projected", "secret");

  @ParameterizedTest
  @MethodSource("io.github.dnsonde.chart.Rendered#samples")
  void allButTheNodesAgentAreRestricted(Path sample) {
    for (JsonNode workload : Rendered.sample(sample).workloads()) {
      if (!workload.path("kind").asString().equals("DaemonSet")) {
        assertEquals(
            List.of(), violations(Rendered.podSpec(workload)), Rendered.identity(workload));
      }
    }
  }

  @Test
  void theViolationsOfTheNodesAgentAreFound() {
    assertEquals(
        List.of(
            "volume hostPath",
            "agent may escalate",
            "agent may run as root",
            "agent adds SYS_ADMIN",
            "agent has SELinux type spc_t",
            "agent has AppArmor Unconfined"),
        violations(Rendered.podSpec(Rendered.with("{}").only("DaemonSet"))));
  }

  @Test
  void onlyPodsThatUseTheApiHaveAToken() {
    Rendered rendered =
        Rendered.with(
            "probePods:",
            "  namespaces: [payments]",
            "  image: {repository: pause}",
            "  managed: {enabled: true}");
    assertEquals(
        List.of(
            "rel-dnsonde",
            "rel-dnsonde-controller",
            "rel-dnsonde-probe-pods",
            "rel-dnsonde-probe-pods-cleanup"),
        rendered.workloads().stream()
            .filter(
                workload ->
                    Rendered.podSpec(workload).path("automountServiceAccountToken").asBoolean(true))
            .map(Rendered::name)
            .sorted()
            .toList());
    rendered
        .all("ServiceAccount")
        .forEach(
            account -> assertFalse(account.path("automountServiceAccountToken").asBoolean(true)));
  }

  private static List<String> violations(JsonNode pod) {
    List<String> found = new ArrayList<>();
    Stream.of("hostNetwork", "hostPID", "hostIPC")
        .filter(field -> pod.path(field).asBoolean())
        .forEach(found::add);
    pod.path("volumes").values().stream()
        .flatMap(volume -> volume.propertyNames().stream())
        .filter(source -> !source.equals("name") && !VOLUMES.contains(source))
        .distinct()
        .forEach(source -> found.add("volume " + source));
    Stream.of("initContainers", "containers")
        .flatMap(kind -> pod.path(kind).values().stream())
        .filter(
            container -> !container.path("image").asString().startsWith("registry.example.com/be"))
        .forEach(container -> violations(pod.path("securityContext"), container, found));
    return found;
  }

  private static void violations(JsonNode pod, JsonNode container, List<String> found) {
    JsonNode own = container.path("securityContext");
    String name = container.path("name").asString();
    if (own.path("allowPrivilegeEscalation").asBoolean(true)) {
      found.add(name + " may escalate");
    }
    if (!either(pod, own, "runAsNonRoot").asBoolean() || zero(either(pod, own, "runAsUser"))) {
      found.add(name + " may run as root");
    }
    if (!either(pod, own, "seccompProfile").equals(yaml("{type: RuntimeDefault}"))) {
      found.add(name + " has no seccomp profile");
    }
    if (!own.at("/capabilities/drop").equals(yaml("[ALL]"))) {
      found.add(name + " keeps capabilities");
    }
    own.at("/capabilities/add")
        .forEach(capability -> found.add(name + " adds " + capability.asString()));
    if (own.at("/seLinuxOptions").has("type")) {
      found.add(name + " has SELinux type " + own.at("/seLinuxOptions/type").asString());
    }
    if (own.at("/appArmorProfile/type").asString("").equals("Unconfined")) {
      found.add(name + " has AppArmor Unconfined");
    }
    container.path("ports").values().stream()
        .filter(port -> port.has("hostPort"))
        .forEach(port -> found.add(name + " has a port of the host's"));
    if (own.path("privileged").asBoolean()) {
      found.add(name + " is privileged");
    }
  }

  private static JsonNode either(JsonNode pod, JsonNode own, String field) {
    return own.has(field) ? own.get(field) : pod.path(field);
  }

  private static boolean zero(JsonNode user) {
    return user.isNumber() && user.asInt() == 0;
  }
}
