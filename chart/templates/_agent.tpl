{{/* The pod of an agent, in either mode. Takes (dict "root" $). */}}
{{- define "dnsonde.agentPod" -}}
{{- $v := .root.Values -}}
{{- $node := eq $v.mode "node" -}}
{{- $own := ternary $v $v.self $node -}}
metadata:
  labels:
    {{- include "dnsonde.selectorLabels" (dict "root" .root "component" "agent") | nindent 4 }}
    {{- with merge dict $v.podLabels $v.commonLabels }}
    {{- tpl (toYaml .) $.root | nindent 4 }}
    {{- end }}
  annotations:
    checksum/restart: {{ include "dnsonde.restartChecksum" .root }}
    {{- if and $node (semverCompare "<1.30.0-0" .root.Capabilities.KubeVersion.Version) }}
    {{- if eq (($v.appArmorProfile).type) "Unconfined" }}
    container.apparmor.security.beta.kubernetes.io/agent: unconfined
    {{- end }}
    {{- end }}
    {{- with $v.podAnnotations }}
    {{- tpl (toYaml .) $.root | nindent 4 }}
    {{- end }}
spec:
  {{- if $node }}
  serviceAccountName: {{ include "dnsonde.serviceAccountName" .root }}
  {{- end }}
  automountServiceAccountToken: {{ $node }}
  enableServiceLinks: false
  {{- with include "dnsonde.pullSecrets" (dict "root" .root "secrets" $v.imagePullSecrets) }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with $v.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- if and $node (not (kindIs "invalid" $v.hostUsers)) }}
  hostUsers: {{ $v.hostUsers }}
  {{- end }}
  dnsPolicy: {{ $v.dnsPolicy }}
  {{- with $v.dnsConfig }}
  dnsConfig:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  terminationGracePeriodSeconds: {{ $v.terminationGracePeriodSeconds }}
  {{- with $own.podSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $own.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $own.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if not $node }}
  {{- with $own.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  {{- with $v.extraInitContainers }}
  initContainers:
    {{- tpl (toYaml .) $.root | nindent 4 }}
  {{- end }}
  containers:
    - name: agent
      image: {{ include "dnsonde.image" (dict "root" .root "image" $v.image "tag" .root.Chart.AppVersion) | quote }}
      imagePullPolicy: {{ $v.image.pullPolicy }}
      args:
        - agent
        - --config
        - /etc/dnsonde/dnsonde.yaml
        {{- with $v.extraArgs }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      env:
        - name: NODE_NAME
          valueFrom: {fieldRef: {fieldPath: spec.nodeName}}
        - name: POD_NAMESPACE
          valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
        - name: POD_NAME
          valueFrom: {fieldRef: {fieldPath: metadata.name}}
        - name: WORKLOAD
          value: {{ include "dnsonde.fullname" .root }}
        {{- with $v.jvmOptions }}
        - name: _JAVA_OPTIONS
          value: {{ . | quote }}
        {{- end }}
        {{- with $v.extraEnv }}
        {{- tpl (toYaml .) $.root | nindent 8 }}
        {{- end }}
      {{- with $v.extraEnvFrom }}
      envFrom:
        {{- tpl (toYaml .) $.root | nindent 8 }}
      {{- end }}
      ports:
        - name: metrics
          containerPort: {{ $v.metricsPort }}
          protocol: TCP
        - name: health
          containerPort: {{ $v.healthPort }}
          protocol: TCP
      {{- with $v.livenessProbe }}
      livenessProbe:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $v.readinessProbe }}
      readinessProbe:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $v.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        {{- with $own.securityContext }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        {{- if $node }}
        {{- with $v.seLinuxOptions }}
        seLinuxOptions:
          {{- toYaml . | nindent 10 }}
        {{- end }}
        {{- if semverCompare ">=1.30.0-0" .root.Capabilities.KubeVersion.Version }}
        {{- with $v.appArmorProfile }}
        appArmorProfile:
          {{- toYaml . | nindent 10 }}
        {{- end }}
        {{- end }}
        {{- end }}
      volumeMounts:
        - name: config
          mountPath: /etc/dnsonde
          readOnly: true
        {{- include "dnsonde.metricsMounts" $v.metrics | nindent 8 }}
        {{- if and $node $v.controller.enabled }}
        - name: controller
          mountPath: /etc/dnsonde-controller
          readOnly: true
        {{- end }}
        {{- if $node }}
        {{- range $i, $folder := $v.networkNamespaces }}
        # Without the propagation, the mount would keep the namespaces of dead pods and miss those of new pods.
        - name: network-namespaces-{{ $i }}
          mountPath: {{ $folder }}
          readOnly: true
          mountPropagation: HostToContainer
        {{- end }}
        {{- end }}
        {{- with $v.extraVolumeMounts }}
        {{- tpl (toYaml .) $.root | nindent 8 }}
        {{- end }}
    {{- with $v.extraContainers }}
    {{- tpl (toYaml .) $.root | nindent 4 }}
    {{- end }}
  volumes:
    - name: config
      configMap:
        name: {{ include "dnsonde.fullname" .root }}
    {{- include "dnsonde.metricsVolumes" $v.metrics | nindent 4 }}
    {{- if and $node $v.controller.enabled }}
    - name: controller
      projected:
        sources:
          - serviceAccountToken: {audience: dnsonde-controller, expirationSeconds: 3600, path: token}
          # The controller writes it: agents start without.
          - configMap:
              name: {{ include "dnsonde.authoritiesName" .root }}
              items: [{key: ca.crt, path: ca.crt}]
              optional: true
    {{- end }}
    {{- if $node }}
    {{- range $i, $folder := $v.networkNamespaces }}
    - name: network-namespaces-{{ $i }}
      hostPath:
        path: {{ $folder }}
        type: DirectoryOrCreate
    {{- end }}
    {{- end }}
    {{- with $v.extraVolumes }}
    {{- tpl (toYaml .) $.root | nindent 4 }}
    {{- end }}
{{- end -}}
