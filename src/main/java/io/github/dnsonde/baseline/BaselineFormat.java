package io.github.dnsonde.baseline;

import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.manifest.PolicyYaml;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** The forms in which a baseline is written. */
public enum BaselineFormat {
  /** A NetworkPolicy. */
  manifest {
    @Override
    SequencedMap<String, String> files(NetworkPolicy policy) {
      return one("dnsonde-allow-dns.yaml", PolicyYaml.text(policy));
    }
  },

  /** A Kustomize component, for the overlays of teams. */
  kustomize {
    @Override
    SequencedMap<String, String> files(NetworkPolicy policy) {
      SequencedMap<String, String> files = one("dnsonde-allow-dns.yaml", PolicyYaml.text(policy));
      files.put(
          "kustomization.yaml",
          """
          apiVersion: kustomize.config.k8s.io/v1alpha1
          kind: Component
          resources:
          - dnsonde-allow-dns.yaml
          """);
      return files;
    }
  },

  /** Values of a chart, and the template that reads them. */
  helm {
    @Override
    SequencedMap<String, String> files(NetworkPolicy policy) {
      SequencedMap<String, String> files =
          one(
              "dnsonde-allow-dns-values.yaml",
              """
              allowDNS:
                enabled: true
                egress:
              %s\
              """
                  .formatted(PolicyYaml.egressRules(policy).indent(4)));
      files.put("templates/dnsonde-allow-dns.yaml", TEMPLATE);
      return files;
    }
  },

  /** A rule of Kyverno that adds a policy to each one that isolates egress, for the same pods. */
  kyverno {
    @Override
    SequencedMap<String, String> files(NetworkPolicy policy) {
      return one(
          "dnsonde-allow-dns.yaml",
          KYVERNO.replace("RULES\n", PolicyYaml.egressRules(policy).indent(14)));
    }
  };

  private static final String TEMPLATE =
      """
      {{- with .Values.allowDNS }}
      {{- if .enabled }}
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: dnsonde-allow-dns
        namespace: {{ $.Release.Namespace }}
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress:
          {{- toYaml .egress | nindent 4 }}
      {{- end }}
      {{- end }}
      """;

  /** The generated policy selects the same pods as its trigger, so that it isolates no others. */
  private static final String KYVERNO =
      """
      apiVersion: kyverno.io/v1
      kind: ClusterPolicy
      metadata:
        name: dnsonde-allow-dns
      spec:
        rules:
        - name: dnsonde-allow-dns
          match:
            any:
            - resources:
                kinds:
                - networking.k8s.io/v1/NetworkPolicy
          exclude:
            any:
            - resources:
                names:
                - dnsonde-allow-dns
                - dnsonde-allow-dns-*
            - resources:
                namespaces:
                - kube-system
          preconditions:
            all:
            - key: Egress
              operator: AnyIn
              value: "{{ request.object.spec.policyTypes || `[]` }}"
          generate:
            generateExisting: true
            synchronize: true
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            name: "dnsonde-allow-dns-{{ request.object.metadata.name }}"
            namespace: "{{ request.object.metadata.namespace }}"
            data:
              spec:
                podSelector: "{{ request.object.spec.podSelector }}"
                policyTypes:
                - Egress
                egress:
      RULES
      """;

  /** Returns the files by their paths. The first one is what a person wants to see. */
  abstract SequencedMap<String, String> files(NetworkPolicy policy);

  /**
   * Returns the files of a baseline, by their paths below the folder that they are written to.
   *
   * @param policies one for each namespace; only manifests may be several
   */
  public Map<String, String> files(List<NetworkPolicy> policies) {
    if (policies.size() == 1) {
      return files(policies.getFirst());
    }
    if (this != manifest) {
      throw new IllegalArgumentException(this + " is for one policy");
    }
    return one("dnsonde-allow-dns.yaml", PolicyYaml.texts(policies));
  }

  private static SequencedMap<String, String> one(String path, String text) {
    SequencedMap<String, String> files = new LinkedHashMap<>();
    files.put(path, text);
    return files;
  }
}
