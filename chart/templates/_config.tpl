{{/* The agent's configuration file: the user's keys, and those that the rest of the chart sets. */}}
{{- define "dnsonde.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- $_ := set $config "mode" .Values.mode -}}
{{- $http := default dict $config.http -}}
{{- $_ := set $http "metrics" (printf ":%d" (int .Values.metricsPort)) -}}
{{- $_ := set $http "health" (printf ":%d" (int .Values.healthPort)) -}}
{{- include "dnsonde.metricsFiles" (dict "http" $http "metrics" .Values.metrics) -}}
{{- $_ := set $config "http" $http -}}
{{- if eq .Values.mode "node" -}}
{{- $pods := default dict $config.pods -}}
{{- $_ := set $pods "network-namespaces" .Values.networkNamespaces -}}
{{- $_ := set $config "pods" $pods -}}
{{- end -}}
{{- if include "dnsonde.hasController" . -}}
{{- $_ := set $config "reports" (dict "service" (include "dnsonde.controllerName" .) "namespace" (include "dnsonde.controllerNamespace" .) "ca-file" "/etc/dnsonde-controller/ca.crt" "token-file" "/etc/dnsonde-controller/token") -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}

{{/* Changes only with the keys that take effect after a restart: agents reload the others. */}}
{{- define "dnsonde.restartChecksum" -}}
{{- $config := include "dnsonde.config" . | fromYaml -}}
{{- $values := dict -}}
{{- range $path := list "mode" "cluster.kube-dns.namespace" "cluster.kube-dns.service" "cluster.detect-interception" "kubernetes.kubeconfig" "pods.network-namespaces" "http.metrics" "http.health" "http.tls.certificate" "http.tls.key" "http.bearer-token-file" "http.api" "metrics.histograms" "metrics.detail" "reports.service" "reports.namespace" "reports.ca-file" "reports.token-file" -}}
{{- $at := $config -}}
{{- range $key := splitList "." $path -}}
{{- $at = ternary (get (ternary $at dict (kindIs "map" $at)) $key) "" (kindIs "map" $at) -}}
{{- end -}}
{{- $_ := set $values $path $at -}}
{{- end -}}
{{- toJson $values | sha256sum | trunc 16 -}}
{{- end -}}

{{/* The configuration file of the controller. */}}
{{- define "dnsonde.controllerConfig" -}}
{{- $http := dict "metrics" (printf ":%d" (int .Values.metricsPort)) "health" (printf ":%d" (int .Values.healthPort)) -}}
{{- include "dnsonde.metricsFiles" (dict "http" $http "metrics" .Values.metrics) -}}
{{- $certificates := dict "secret" (include "dnsonde.controllerName" .) "config-map" (include "dnsonde.authoritiesName" .) -}}
{{- if ne .Values.controller.certificates.source "controller" -}}
{{- $_ := set $certificates "folder" "/etc/dnsonde-certificates" -}}
{{- end -}}
{{- $agents := dict "namespace" (include "dnsonde.namespace" .) "service-account" (include "dnsonde.serviceAccountName" .) -}}
{{- $controller := dict "listen" (printf ":%d" (int .Values.controller.port)) "service" (include "dnsonde.controllerName" .) "namespace" (include "dnsonde.controllerNamespace" .) "agents" $agents "certificates" $certificates "nodes-per-class" (int .Values.controller.nodesPerClass) "events" .Values.controller.events -}}
{{- with .Values.controller.prometheus -}}
{{- if .url -}}
{{- $prometheus := dict "url" .url "matchers" .matchers "headers" .headers -}}
{{- if .bearerToken.secretName -}}{{- $_ := set $prometheus "token-file" "/etc/dnsonde-prometheus-token/token" -}}{{- end -}}
{{- if or .ca.secretName .ca.configMapName -}}{{- $_ := set $prometheus "ca-file" "/etc/dnsonde-prometheus-ca/ca.crt" -}}{{- end -}}
{{- $_ := set $controller "prometheus" $prometheus -}}
{{- end -}}
{{- end -}}
{{- with include "dnsonde.admissionMode" . -}}
{{- $admission := $.Values.controller.admission -}}
{{- $_ := set $controller "admission" (dict "mode" . "listen" (printf ":%d" (int $admission.port)) "deny-dry-run" $admission.denyDryRun "override" $admission.override "webhook-configuration" (include "dnsonde.controllerName" $) "lease" (include "dnsonde.admissionName" $)) -}}
{{- with $admission.namespaceSelector -}}{{- $_ := set $controller.admission "namespace-selector" . -}}{{- end -}}
{{- end -}}
{{- $config := dict "http" $http "controller" $controller -}}
{{- with .Values.config.cluster -}}{{- $_ := set $config "cluster" . -}}{{- end -}}
{{- with .Values.config.schedule -}}{{- $_ := set $config "schedule" . -}}{{- end -}}
{{- with .Values.config.logging -}}{{- $_ := set $config "logging" . -}}{{- end -}}
{{- toYaml $config -}}
{{- end -}}

{{/* The configuration file of the probe pods' controller, with the labels and the image of probePods. */}}
{{- define "dnsonde.managedConfig" -}}
{{- $managed := .Values.probePods.managed -}}
{{- $kept := dict "namespaces" $managed.namespaces "labels" .Values.probePods.labels "period" $managed.period -}}
{{- if .Values.probePods.image.repository -}}
{{- $_ := set $kept "image" (include "dnsonde.image" (dict "root" . "image" .Values.probePods.image "tag" "")) -}}
{{- end -}}
{{- $config := dict "probe-pods" $kept -}}
{{- with .Values.config.logging -}}{{- $_ := set $config "logging" . -}}{{- end -}}
{{- toYaml $config -}}
{{- end -}}

{{/* Reports, at once, all mistakes in the values that a schema cannot find. */}}
{{- define "dnsonde.mistakes" -}}
{{- $all := list -}}
{{- $config := .Values.config -}}
{{- if hasKey $config "mode" -}}{{- $all = append $all "config.mode: set the value mode instead" -}}{{- end -}}
{{- if hasKey $config "vantage" -}}{{- $all = append $all "config.vantage: remove it; each pod sets its own through the downward API" -}}{{- end -}}
{{- if hasKey $config "probe-pods" -}}{{- $all = append $all "config.probe-pods: set probePods.managed instead" -}}{{- end -}}
{{- if hasKey $config "controller" -}}{{- $all = append $all "config.controller: set the value controller instead" -}}{{- end -}}
{{- if and (hasKey $config "reports") (include "dnsonde.hasController" .) -}}{{- $all = append $all "config.reports: the value controller sets it; to report to another controller, set controller.enabled to false" -}}{{- end -}}
{{- if include "dnsonde.hasController" . -}}
{{- with .Values.controller.certificates -}}
{{- if and (eq .source "secret") (not .secretName) -}}{{- $all = append $all "controller.certificates.secretName: name the Secret with tls.crt, tls.key and ca.crt" -}}{{- end -}}
{{- if and (eq .source "cert-manager") (not .issuerRef.name) -}}{{- $all = append $all "controller.certificates.issuerRef.name: name the Issuer of the certificate" -}}{{- end -}}
{{- end -}}
{{- with .Values.controller.prometheus -}}
{{- if and (not .url) (or .bearerToken.secretName .ca.secretName .ca.configMapName .egress) -}}{{- $all = append $all "controller.prometheus.url: set the address of Prometheus, or leave the other values of controller.prometheus out" -}}{{- end -}}
{{- if and .bearerToken.secretName (hasPrefix "http:" .url) -}}{{- $all = append $all "controller.prometheus.bearerToken.secretName: only with an https URL; everybody on the way of plain HTTP could read the token" -}}{{- end -}}
{{- if and .ca.secretName .ca.configMapName -}}{{- $all = append $all "controller.prometheus.ca: name a Secret or a ConfigMap, not both" -}}{{- end -}}
{{- if and .url $.Values.networkPolicy.enabled (not .egress) -}}{{- $all = append $all "controller.prometheus.egress: with networkPolicy.enabled, allow the controller to reach Prometheus" -}}{{- end -}}
{{- end -}}
{{- if and (include "dnsonde.admissionMode" .) (has (int .Values.controller.admission.port) (list (int .Values.controller.port) (int .Values.metricsPort) (int .Values.healthPort))) -}}{{- $all = append $all "controller.admission.port: set another port than controller.port, metricsPort and healthPort" -}}{{- end -}}
{{- if has (int .Values.controller.port) (list (int .Values.metricsPort) (int .Values.healthPort)) -}}{{- $all = append $all "controller.port: set another port than metricsPort and healthPort" -}}{{- end -}}
{{- end -}}
{{- $http := default dict $config.http -}}
{{- if hasKey $http "metrics" -}}{{- $all = append $all "config.http.metrics: set metricsPort instead" -}}{{- end -}}
{{- if hasKey $http "health" -}}{{- $all = append $all "config.http.health: set healthPort instead" -}}{{- end -}}
{{- if eq (int .Values.metricsPort) (int .Values.healthPort) -}}{{- $all = append $all "healthPort: set another port than metricsPort" -}}{{- end -}}
{{- if and .Values.metrics.tls.secretName (hasKey $http "tls") -}}{{- $all = append $all "config.http.tls: metrics.tls.secretName sets it; give one of the two" -}}{{- end -}}
{{- if and .Values.metrics.bearerToken.secretName (hasKey $http "bearer-token-file") -}}{{- $all = append $all "config.http.bearer-token-file: metrics.bearerToken.secretName sets it; give one of the two" -}}{{- end -}}
{{- if hasKey (default dict $config.pods) "network-namespaces" -}}{{- $all = append $all "config.pods.network-namespaces: set networkNamespaces instead, which are also mounted" -}}{{- end -}}
{{- if and .Values.podMonitor.enabled .Values.serviceMonitor.enabled -}}{{- $all = append $all "podMonitor and serviceMonitor: enable one of them, or every agent is scraped twice" -}}{{- end -}}
{{- $pods := .Values.probePods -}}
{{- if eq .Values.mode "self" -}}
{{- if .Values.networkPolicy.enabled -}}{{- $all = append $all "networkPolicy.enabled: policies add up, so in mode self it would allow the traffic that the agent is there to probe" -}}{{- end -}}
{{- if or $pods.namespaces $pods.managed.enabled -}}{{- $all = append $all "probePods: only for mode node; in mode self list self.namespaces" -}}{{- end -}}
{{- else if .Values.self.namespaces -}}
{{- $all = append $all "self.namespaces: only for mode self; in mode node set config.namespaces" -}}
{{- end -}}
{{- if and (not $pods.image.repository) (or $pods.namespaces (and $pods.managed.enabled $pods.managed.namespaces.include)) -}}{{- $all = append $all "probePods.image.repository: name an image that does nothing until it is stopped, such as the pause image of your nodes" -}}{{- end -}}
{{- range $key, $_ := $pods.labels -}}
{{- if or (has $key (list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/component" "app.kubernetes.io/managed-by" "pod-template-hash" "sidecar.istio.io/inject")) (hasPrefix "dnsonde.github.io/" $key) (hasPrefix "argocd.argoproj.io/" $key) -}}
{{- $all = append $all (printf "probePods.labels: %s identifies the owner of a pod; use labels that policies select by" $key) -}}
{{- end -}}
{{- end -}}
{{- if $all -}}{{- fail (printf "\n\n%s\n" (join "\n" $all)) -}}{{- end -}}
{{- end -}}

{{/* True if the API server serves ValidatingAdmissionPolicies. Without a cluster, Helm knows only the version of Kubernetes. */}}
{{- define "dnsonde.servesAdmissionPolicies" -}}
{{- if or (.Capabilities.APIVersions.Has "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy") (semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version) -}}true{{- end -}}
{{- end -}}
