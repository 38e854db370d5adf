{{- define "dnsonde.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of objects, short enough for suffixes. */}}
{{- define "dnsonde.fullname" -}}
{{- $name := include "dnsonde.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 43 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 43 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 43 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "dnsonde.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{/* The namespaces where agents run, as a JSON list. */}}
{{- define "dnsonde.namespaces" -}}
{{- if and (eq .Values.mode "self") .Values.self.namespaces -}}
{{- toJson .Values.self.namespaces -}}
{{- else -}}
{{- list (include "dnsonde.namespace" .) | toJson -}}
{{- end -}}
{{- end -}}

{{/* Takes (dict "root" $ "component" …): a selector cannot change, so it has only labels that stay the same. */}}
{{- define "dnsonde.selectorLabels" -}}
app.kubernetes.io/name: {{ include "dnsonde.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "dnsonde.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "dnsonde.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: dnsonde
{{- with .root.Values.commonLabels }}
{{ tpl (toYaml .) $.root }}
{{- end }}
{{- end -}}

{{- define "dnsonde.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "dnsonde.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "dnsonde.managedServiceAccountName" -}}
{{- with .Values.probePods.managed.serviceAccount -}}
{{- if .create -}}
{{- default (printf "%s-probe-pods" (include "dnsonde.fullname" $)) .name -}}
{{- else -}}
{{- default "default" .name -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* True if a controller is installed. */}}
{{- define "dnsonde.hasController" -}}
{{- if and (eq .Values.mode "node") .Values.controller.enabled -}}true{{- end -}}
{{- end -}}

{{/* The mode of the webhook, if it is installed. YAML reads off as false. */}}
{{- define "dnsonde.admissionMode" -}}
{{- if and (include "dnsonde.hasController" .) (has .Values.controller.admission.mode (list "warn" "deny")) -}}{{ .Values.controller.admission.mode }}{{- end -}}
{{- end -}}

{{/* The name of the controller, its Service, its Secret and its configuration. */}}
{{- define "dnsonde.controllerName" -}}
{{- include "dnsonde.fullname" . }}-controller
{{- end -}}

{{- define "dnsonde.controllerNamespace" -}}
{{- default (include "dnsonde.namespace" .) .Values.controller.namespace -}}
{{- end -}}

{{- define "dnsonde.controllerServiceAccountName" -}}
{{- with .Values.controller.serviceAccount -}}
{{- if .create -}}
{{- default (include "dnsonde.controllerName" $) .name -}}
{{- else -}}
{{- default "default" .name -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The ConfigMap of the authorities, which agents mount. */}}
{{- define "dnsonde.authoritiesName" -}}
{{- include "dnsonde.controllerName" . }}-ca
{{- end -}}

{{/* The Lease of the webhook, and the Role for it. */}}
{{- define "dnsonde.admissionName" -}}
{{- include "dnsonde.controllerName" . }}-admission
{{- end -}}

{{/* Takes (dict "root" $ "image" … "tag" the default). */}}
{{- define "dnsonde.image" -}}
{{- $registry := default .image.registry ((.root.Values.global).imageRegistry) -}}
{{- $name := .image.repository -}}
{{- if $registry -}}{{- $name = printf "%s/%s" (trimSuffix "/" $registry) $name -}}{{- end -}}
{{- $tag := default .tag .image.tag -}}
{{- if .image.digest -}}
{{- printf "%s@sha256:%s" $name (trimPrefix "sha256:" .image.digest) -}}
{{- else if $tag -}}
{{- printf "%s:%s" $name $tag -}}
{{- else -}}
{{- $name -}}
{{- end -}}
{{- end -}}

{{/* Takes (dict "root" $ "secrets" …), the secrets as names or as maps with a name. */}}
{{- define "dnsonde.pullSecrets" -}}
{{- $names := list -}}
{{- range concat (default list ((.root.Values.global).imagePullSecrets)) (default list .secrets) -}}
{{- $names = append $names (ternary . (dict "name" .) (kindIs "map" .)) -}}
{{- end -}}
{{- with uniq $names -}}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}
