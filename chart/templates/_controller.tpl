{{/* The permissions of the controller in the whole cluster. A table in docs/install.md has the reasons. */}}
{{- define "dnsonde.controllerRules" -}}
- apiGroups: [authentication.k8s.io]
  resources: [tokenreviews]
  verbs: [create]
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [nodes]
  verbs: [list, watch]
{{- $watch := ternary "list, watch" "list" (ne "" (include "dnsonde.admissionMode" .)) }}
- apiGroups: [""]
  resources: [namespaces]
  verbs: [{{ $watch }}]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [{{ $watch }}]
{{- if include "dnsonde.admissionMode" . }}
- apiGroups: [admissionregistration.k8s.io]
  resources: [validatingwebhookconfigurations]
  resourceNames: [{{ include "dnsonde.controllerName" . }}]
  verbs: [get, patch]
{{- if eq .Values.controller.admission.override "reviewed" }}
- apiGroups: [authorization.k8s.io]
  resources: [subjectaccessreviews]
  verbs: [create]
{{- end }}
{{- end }}
{{- if include "dnsonde.writesEvents" . }}
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}
{{- end -}}

{{/* Events about findings, or about refusals that were overridden. */}}
{{- define "dnsonde.writesEvents" -}}
{{- if or .Values.controller.events.enabled (and (include "dnsonde.admissionMode" .) (ne .Values.controller.admission.override "nobody")) -}}true{{- end -}}
{{- end -}}

{{/* The permissions to read policies of other kinds. */}}
{{- define "dnsonde.otherPolicyRules" -}}
{{- with .Values.rbac.otherPolicies }}
{{- if .calico }}
- apiGroups: [crd.projectcalico.org]
  resources: [networkpolicies, globalnetworkpolicies, tiers, networksets, globalnetworksets]
  verbs: [list, watch]
# Calico's own API server lets nobody read policies of a tier who may not get the tier.
- apiGroups: [projectcalico.org]
  resources: [networkpolicies, globalnetworkpolicies, tier.networkpolicies, tier.globalnetworkpolicies, tiers, networksets, globalnetworksets]
  verbs: [list, watch]
- apiGroups: [projectcalico.org]
  resources: [tiers]
  verbs: [get]
{{- end }}
{{- if .cilium }}
- apiGroups: [cilium.io]
  resources: [ciliumnetworkpolicies, ciliumclusterwidenetworkpolicies]
  verbs: [list, watch]
{{- end }}
{{- if .networkPolicyApi }}
- apiGroups: [policy.networking.k8s.io]
  resources: [adminnetworkpolicies, baselineadminnetworkpolicies, clusternetworkpolicies]
  verbs: [list, watch]
{{- end }}
{{- if .antrea }}
- apiGroups: [crd.antrea.io]
  resources: [networkpolicies, clusternetworkpolicies]
  verbs: [list, watch]
{{- end }}
{{- if .ovn }}
- apiGroups: [k8s.ovn.org]
  resources: [egressfirewalls]
  verbs: [list, watch]
{{- end }}
{{- if .aws }}
- apiGroups: [networking.k8s.aws]
  resources: [applicationnetworkpolicies, clusternetworkpolicies]
  verbs: [list, watch]
{{- end }}
{{- if .gke }}
- apiGroups: [networking.gke.io]
  resources: [fqdnnetworkpolicies]
  verbs: [list, watch]
{{- end }}
{{- end }}
{{- end -}}

{{/* True if Cilium's ConfigMap may be read, by its name. */}}
{{- define "dnsonde.readsCiliumConfig" -}}
{{- $mode := toString .Values.rbac.ciliumConfig }}
{{- if and .Values.rbac.otherPolicies.cilium (or (eq $mode "true") (and (eq $mode "auto") (.Capabilities.APIVersions.Has "cilium.io/v2"))) -}}true{{- end -}}
{{- end -}}

{{/* The Role for Cilium's ConfigMap. Takes (dict "root" $ "component" … "name" … "account" … "of" …). */}}
{{- define "dnsonde.ciliumConfigRole" -}}
{{ include "dnsonde.namespacedRole" (merge (dict "name" (printf "%s-cilium-config" .name) "namespace" "kube-system" "rules" (list (dict "apiGroups" (list "") "resources" (list "configmaps") "resourceNames" (list "cilium-config") "verbs" (list "get")))) .) }}
{{- end -}}

{{/* A Role and its binding. Takes (dict "root" $ "component" … "name" … "namespace" … "account" … "of" … "rules" …). */}}
{{- define "dnsonde.namespacedRole" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ .name }}
  namespace: {{ .namespace }}
  labels:
    {{- include "dnsonde.labels" . | nindent 4 }}
rules:
  {{- toYaml .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ .name }}
  namespace: {{ .namespace }}
  labels:
    {{- include "dnsonde.labels" . | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ .name }}
subjects:
  - kind: ServiceAccount
    name: {{ .account }}
    namespace: {{ .of }}
{{- end -}}
