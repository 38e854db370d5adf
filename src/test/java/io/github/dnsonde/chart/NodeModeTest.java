package io.github.dnsonde.chart;

import static io.github.dnsonde.chart.Rendered.yaml;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class NodeModeTest {

  private static final JsonNode DEFAULT = Rendered.with("{}").only("DaemonSet");

  @Test
  void itMayOnlyEnterNamespaces() {
    assertEquals(
        yaml(
            "readOnlyRootFilesystem: true",
            "capabilities: {add: [SYS_ADMIN], drop: [ALL]}",
            "seLinuxOptions: {type: spc_t}",
            "appArmorProfile: {type: Unconfined}"),
        Rendered.container(DEFAULT).path("securityContext"));
    assertEquals(
        yaml("{runAsUser: 0, runAsGroup: 0, seccompProfile: {type: RuntimeDefault}}"),
        Rendered.podSpec(DEFAULT).path("securityContext"));
    assertTrue(Rendered.podSpec(DEFAULT).path("hostUsers").asBoolean());
    Stream.of("hostPID", "hostNetwork", "hostIPC")
        .forEach(field -> assertFalse(Rendered.podSpec(DEFAULT).has(field), field));
  }

  @Test
  void eachFolderIsMountedAndConfigured() {
    JsonNode agent =
        Rendered.with(
                "networkNamespaces: [/var/run/netns, /var/run/docker/netns]",
                "controller: {enabled: false}")
            .only("DaemonSet");
    assertEquals(
        yaml(
            "- {name: config, configMap: {name: rel-dnsonde}}",
            "- name: network-namespaces-0",
            "  hostPath: {path: /var/run/netns, type: DirectoryOrCreate}",
            "- name: network-namespaces-1",
            "  hostPath: {path: /var/run/docker/netns, type: DirectoryOrCreate}"),
        Rendered.podSpec(agent).path("volumes"));
    assertEquals(
        yaml(
            "- {name: config, mountPath: /etc/dnsonde, readOnly: true}",
            "- name: network-namespaces-0",
            "  mountPath: /var/run/netns",
            "  readOnly: true",
            "  mountPropagation: HostToContainer",
            "- name: network-namespaces-1",
            "  mountPath: /var/run/docker/netns",
            "  readOnly: true",
            "  mountPropagation: HostToContainer"),
        Rendered.container(agent).path("volumeMounts"));
  }

  @Test
  void itKnowsWhereItIs() {
    assertEquals(
        yaml(
            "- {name: NODE_NAME, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}",
            "- {name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}",
            "- {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}",
            "- {name: WORKLOAD, value: rel-dnsonde}"),
        Rendered.container(DEFAULT).path("env"));
    assertEquals("ClusterFirst", Rendered.podSpec(DEFAULT).path("dnsPolicy").asString());
  }

  @Test
  void itRunsOnEveryNodeThatCanRunIt() {
    assertEquals(yaml("[{operator: Exists}]"), Rendered.podSpec(DEFAULT).path("tolerations"));
    assertEquals(yaml("{kubernetes.io/os: linux}"), Rendered.podSpec(DEFAULT).path("nodeSelector"));
    assertTrue(Rendered.podSpec(DEFAULT).path("affinity").toString().contains("fargate"));
    assertEquals(
        yaml("{type: RollingUpdate, rollingUpdate: {maxUnavailable: 10%}}"),
        DEFAULT.at("/spec/updateStrategy"));
  }

  @Test
  void theKubeletUsesTheHealthPort() {
    JsonNode container = Rendered.container(Rendered.with("metricsPort: 9153").only("DaemonSet"));
    assertEquals(
        yaml(
            "- {name: metrics, containerPort: 9153, protocol: TCP}",
            "- {name: health, containerPort: 9055, protocol: TCP}"),
        container.path("ports"));
    assertEquals(yaml("{path: /livez, port: health}"), container.at("/livenessProbe/httpGet"));
    assertEquals(yaml("{path: /readyz, port: health}"), container.at("/readinessProbe/httpGet"));
  }

  @Test
  void theImagesOwnLauncherIsItsCommand() {
    assertFalse(Rendered.container(DEFAULT).has("command"));
    assertEquals(
        List.of("agent", "--config", "/etc/dnsonde/dnsonde.yaml"),
        Rendered.texts(Rendered.container(DEFAULT).path("args")));
    assertEquals("dnsonde:0.1.0", Rendered.container(DEFAULT).path("image").asString());
  }

  @Test
  void anImageCanBeSpecifiedInEveryUsualWay() {
    String digest = "ab".repeat(32);
    assertAll(
        () -> assertEquals("r.example.com/dnsonde:0.1.0", image("image.registry: r.example.com")),
        () -> assertEquals("a/b:7", image("image: {repository: a/b, tag: '7'}")),
        () -> assertEquals("dnsonde@sha256:" + digest, image("image: {digest: " + digest + "}")),
        () ->
            assertEquals(
                "g.example.com/dnsonde@sha256:" + digest,
                image(
                    "global: {imageRegistry: g.example.com}",
                    "image: {registry: no.example.com, digest: 'sha256:" + digest + "'}")));
  }

  private static String image(String... values) {
    String[] lines = values.clone();
    lines[0] =
        lines[0].replace("image.registry: r.example.com", "image: {registry: r.example.com}");
    return Rendered.container(Rendered.with(lines).only("DaemonSet")).path("image").asString();
  }

  @Test
  void pullSecretsAreThoseOfTheParentAndItsOwnEachOnce() {
    assertEquals(
        yaml("[{name: a}, {name: b}, {name: c}]"),
        Rendered.podSpec(
                Rendered.with(
                        "global: {imagePullSecrets: [a, {name: b}]}", "imagePullSecrets: [b, c]")
                    .only("DaemonSet"))
            .path("imagePullSecrets"));
  }

  @Test
  void beforeKubernetes130AppArmorIsAnAnnotation() {
    JsonNode agent = Rendered.of("1.29.3-gke.1", "{}").only("DaemonSet");
    assertFalse(Rendered.container(agent).at("/securityContext").has("appArmorProfile"));
    assertEquals(
        "unconfined",
        agent
            .at("/spec/template/metadata/annotations")
            .path("container.apparmor.security.beta.kubernetes.io/agent")
            .asString());
  }

  @Test
  void unwantedPartsCanBeOmitted() {
    JsonNode agent =
        Rendered.with("seLinuxOptions: null", "appArmorProfile: null", "hostUsers: null")
            .only("DaemonSet");
    assertEquals(
        yaml("readOnlyRootFilesystem: true", "capabilities: {add: [SYS_ADMIN], drop: [ALL]}"),
        Rendered.container(agent).path("securityContext"));
    assertFalse(Rendered.podSpec(agent).has("hostUsers"));
  }

  @Test
  void openShiftGetsConstraintsThatFitThePod() {
    Rendered rendered = Rendered.with("openshift: {securityContextConstraints: {create: true}}");
    JsonNode constraints = rendered.only("SecurityContextConstraints");
    assertEquals(
        List.of("system:serviceaccount:dns-watch:rel-dnsonde"),
        Rendered.texts(constraints.path("users")));
    assertEquals(List.of("SYS_ADMIN"), Rendered.texts(constraints.path("allowedCapabilities")));
    Stream.of("allowPrivilegedContainer", "allowHostPID", "allowHostNetwork", "allowHostIPC")
        .forEach(field -> assertFalse(constraints.path(field).asBoolean(), field));
    assertTrue(Rendered.with("{}").all("SecurityContextConstraints").isEmpty());
  }

  @Test
  void furtherThingsAreAdded() {
    Rendered rendered =
        Rendered.with(
            "controller: {enabled: false}",
            "extraEnv: [{name: A, value: '{{ .Release.Name }}'}]",
            "extraEnvFrom: [{secretRef: {name: b}}]",
            "extraArgs: [--check-config]",
            "extraVolumes: [{name: c, emptyDir: {}}]",
            "extraVolumeMounts: [{name: c, mountPath: /c}]",
            "extraInitContainers: [{name: d, image: d}]",
            "extraContainers: [{name: e, image: e}]",
            "jvmOptions: -Xmx64m",
            "podLabels: {f: g}",
            "podAnnotations: {h: i}",
            "daemonsetAnnotations: {j: k}",
            "priorityClassName: system-node-critical",
            "dnsConfig: {options: [{name: ndots, value: '1'}]}");
    JsonNode agent = rendered.only("DaemonSet");
    JsonNode pod = Rendered.podSpec(agent);
    JsonNode container = Rendered.container(agent);
    assertAll(
        () -> assertEquals(yaml("{name: A, value: rel}"), container.at("/env/5")),
        () -> assertEquals(yaml("{name: _JAVA_OPTIONS, value: -Xmx64m}"), container.at("/env/4")),
        () -> assertEquals(yaml("[{secretRef: {name: b}}]"), container.path("envFrom")),
        () -> assertEquals("--check-config", container.at("/args/3").asString()),
        () -> assertEquals(yaml("{name: c, emptyDir: {}}"), pod.at("/volumes/2")),
        () -> assertEquals(yaml("{name: c, mountPath: /c}"), container.at("/volumeMounts/2")),
        () -> assertEquals("d", pod.at("/initContainers/0/name").asString()),
        () -> assertEquals("e", pod.at("/containers/1/name").asString()),
        () -> assertEquals("g", agent.at("/spec/template/metadata/labels/f").asString()),
        () -> assertEquals("i", agent.at("/spec/template/metadata/annotations/h").asString()),
        () -> assertEquals("k", agent.at("/metadata/annotations/j").asString()),
        () -> assertEquals("system-node-critical", pod.path("priorityClassName").asString()),
        () -> assertEquals("ndots", pod.at("/dnsConfig/options/0/name").asString()));
  }

  @Test
  void furtherManifestsMayBeMapsOrText() {
    Rendered rendered =
        Rendered.with(
            "controller: {enabled: false}",
            "extraManifests:",
            "- {apiVersion: v1, kind: Secret, metadata: {name: '{{ .Release.Name }}-a'}}",
            "- |",
            "  apiVersion: v1",
            "  kind: Secret",
            "  metadata: {name: {{ .Release.Name }}-b}");
    assertEquals(
        List.of("rel-a", "rel-b"), rendered.all("Secret").stream().map(Rendered::name).toList());
  }

  @Test
  void aShortReleaseOfTheChartsOwnNameIsNotRepeated() {
    assertEquals(
        "dnsonde", Rendered.name(Rendered.with("fullnameOverride: dnsonde").only("DaemonSet")));
    assertEquals("rel-x", Rendered.name(Rendered.with("nameOverride: x").only("DaemonSet")));
    assertEquals(
        List.of("other"),
        Rendered.with("namespaceOverride: other").objects().stream()
            .map(Rendered::namespace)
            .filter(namespace -> !namespace.isEmpty() && !namespace.equals("kube-system"))
            .distinct()
            .toList());
  }
}
