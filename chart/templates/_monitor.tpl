{{/* The credentials of the operator's endpoint for /metrics. Takes the root. */}}
{{- define "dnsonde.endpointProtection" -}}
{{- $endpoint := dict -}}
{{- with .Values.metrics.tls -}}
{{- if .secretName -}}
{{- $tls := dict "serverName" (default (printf "%s.%s.svc" (include "dnsonde.fullname" $) (include "dnsonde.namespace" $)) .serverName) -}}
{{- if .ca -}}{{- $_ := set $tls "ca" (dict "secret" (dict "name" .secretName "key" .ca)) -}}{{- end -}}
{{- if .insecureSkipVerify -}}{{- $_ := set $tls "insecureSkipVerify" true -}}{{- end -}}
{{- $_ := set $endpoint "scheme" "https" -}}
{{- $_ := set $endpoint "tlsConfig" $tls -}}
{{- end -}}
{{- end -}}
{{- with .Values.metrics.bearerToken -}}
{{- if .secretName -}}
{{- $_ := set $endpoint "authorization" (dict "type" "Bearer" "credentials" (dict "name" .secretName "key" .key)) -}}
{{- end -}}
{{- end -}}
{{- toYaml $endpoint -}}
{{- end -}}

{{/*
The monitors for agents and controller. Takes (dict "root" $ "kind" … "values" … "endpoints" the field's name). Both have
the same certificate and the same token.
*/}}
{{- define "dnsonde.monitors" -}}
{{- include "dnsonde.monitor" (merge (dict "component" "agent" "name" (include "dnsonde.fullname" .root) "namespaces" (include "dnsonde.namespaces" .root | fromJsonArray)) .) }}
{{- if include "dnsonde.hasController" .root }}
---
{{ include "dnsonde.monitor" (merge (dict "component" "controller" "name" (include "dnsonde.controllerName" .root) "namespaces" (list (include "dnsonde.controllerNamespace" .root))) .) }}
{{- end }}
{{- end -}}

{{/* One monitor. Also takes "component", "name" and "namespaces". */}}
{{- define "dnsonde.monitor" -}}
{{- $root := .root -}}
{{- with .values -}}
apiVersion: monitoring.coreos.com/v1
kind: {{ $.kind }}
metadata:
  name: {{ $.name }}
  namespace: {{ default (include "dnsonde.namespace" $root) .namespace }}
  labels:
    {{- include "dnsonde.labels" (dict "root" $root "component" $.component) | nindent 4 }}
    {{- with .additionalLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  selector:
    matchLabels:
      {{- include "dnsonde.selectorLabels" (dict "root" $root "component" $.component) | nindent 6 }}
  namespaceSelector:
    matchNames:
      {{- toYaml $.namespaces | nindent 6 }}
  {{- with .jobLabel }}
  jobLabel: {{ . }}
  {{- end }}
  {{- with .targetLabels }}
  targetLabels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .podTargetLabels }}
  podTargetLabels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- range $limit := list "sampleLimit" "targetLimit" "labelLimit" "labelNameLengthLimit" "labelValueLengthLimit" }}
  {{- with get $.values $limit }}
  {{ $limit }}: {{ int . }}
  {{- end }}
  {{- end }}
  {{- with .extraSpec }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{ $.endpoints }}:
    - port: metrics
      path: /metrics
      {{- with .interval }}
      interval: {{ . }}
      {{- end }}
      {{- with .scrapeTimeout }}
      scrapeTimeout: {{ . }}
      {{- end }}
      {{- if .honorLabels }}
      honorLabels: true
      {{- end }}
      {{- with merge dict .extraEndpoint (include "dnsonde.endpointProtection" $root | fromYaml) }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
      relabelings:
        - sourceLabels: [__meta_kubernetes_pod_node_name]
          targetLabel: node
          action: replace
        {{- with .relabelings }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with .metricRelabelings }}
      metricRelabelings:
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end -}}
{{- end -}}
