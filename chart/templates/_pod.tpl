{{/* A pod's user and placement, from values of the usual names. */}}
{{- define "dnsonde.placement" -}}
{{- with .podSecurityContext -}}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "dnsonde.containerLimits" -}}
{{- with .resources -}}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The mounts of the Secrets that protect /metrics. Takes .Values.metrics. */}}
{{- define "dnsonde.metricsMounts" -}}
# Whole folders: the kubelet does not update single mounted files.
{{- if .tls.secretName }}
- name: tls
  mountPath: /etc/dnsonde-tls
  readOnly: true
{{- end }}
{{- if .bearerToken.secretName }}
- name: token
  mountPath: /etc/dnsonde-token
  readOnly: true
{{- end }}
{{- end -}}

{{/* The volumes of these Secrets. Takes .Values.metrics. */}}
{{- define "dnsonde.metricsVolumes" -}}
{{- with .tls }}
{{- if .secretName }}
- name: tls
  secret:
    secretName: {{ .secretName }}
    items:
      - {key: {{ .certificate | quote }}, path: tls.crt}
      - {key: {{ .key | quote }}, path: tls.key}
{{- end }}
{{- end }}
{{- with .bearerToken }}
{{- if .secretName }}
- name: token
  secret:
    secretName: {{ .secretName }}
    items:
      - {key: {{ .key | quote }}, path: token}
{{- end }}
{{- end }}
{{- end -}}

{{/* Their files, in the section http of a configuration file. Takes (dict "http" the section "metrics" .Values.metrics). */}}
{{- define "dnsonde.metricsFiles" -}}
{{- if .metrics.tls.secretName -}}
{{- $_ := set .http "tls" (dict "certificate" "/etc/dnsonde-tls/tls.crt" "key" "/etc/dnsonde-tls/tls.key") -}}
{{- end -}}
{{- if .metrics.bearerToken.secretName -}}
{{- $_ := set .http "bearer-token-file" "/etc/dnsonde-token/token" -}}
{{- end -}}
{{- end -}}
