{{/* The controller's permissions. Patch and delete are limited to Deployments of one name; create cannot be limited. */}}
{{- define "dnsonde.managedRules" -}}
- apiGroups: [""]
  resources: [namespaces]
  verbs: [list]
- apiGroups: [apps]
  resources: [deployments]
  verbs: [list, create]
- apiGroups: [apps]
  resources: [deployments]
  resourceNames: [dnsonde-probe]
  verbs: [patch, delete]
{{- if .Values.probePods.labels }}
- apiGroups: [""]
  resources: [services]
  verbs: [list]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [list]
{{- end }}
{{- end -}}

{{/* Takes (dict "root" $ "account" … "config" the ConfigMap's name "args" the command's). */}}
{{- define "dnsonde.managedPod" -}}
{{- $v := .root.Values -}}
serviceAccountName: {{ .account }}
automountServiceAccountToken: true
enableServiceLinks: false
{{- with include "dnsonde.pullSecrets" (dict "root" .root "secrets" $v.imagePullSecrets) }}
{{ . }}
{{- end }}
terminationGracePeriodSeconds: {{ $v.terminationGracePeriodSeconds }}
{{ include "dnsonde.placement" $v.probePods.managed }}
containers:
  - name: probe-pods
    image: {{ include "dnsonde.image" (dict "root" .root "image" $v.image "tag" .root.Chart.AppVersion) | quote }}
    imagePullPolicy: {{ $v.image.pullPolicy }}
    args:
      {{- toYaml .args | nindent 6 }}
      - --config
      - /etc/dnsonde/dnsonde.yaml
    {{- include "dnsonde.containerLimits" $v.probePods.managed | nindent 4 }}
    volumeMounts:
      - name: config
        mountPath: /etc/dnsonde
        readOnly: true
volumes:
  - name: config
    configMap:
      name: {{ .config }}
{{- end -}}

{{/* Takes the weight: the lowest comes first. */}}
{{- define "dnsonde.cleanupHook" -}}
helm.sh/hook: post-delete
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}
