{{- define "copydesk.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}{{ $image.repository }}@{{ $image.digest }}{{- else -}}{{ $image.repository }}:{{ $image.tag | default .Chart.AppVersion }}{{- end -}}
{{- end -}}

{{- define "copydesk.labels" -}}
app.kubernetes.io/name: copydesk
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* What a pod of ours may do: nothing that it does not need. */}}
{{- define "copydesk.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "copydesk.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{/* Variables of all, with the files of the secret that was mounted. Takes a dict of root and secret. */}}
{{- define "copydesk.environment" -}}
{{- $values := .root.Values -}}
{{- $kafka := $values.kafka -}}
{{- $elastic := $values.elasticsearch -}}
{{- $own := dict
      "COPYDESK_LOG" $kafka.url "COPYDESK_INDEX" $elastic.url "COPYDESK_DATA" "/tmp"
      "COPYDESK_KAFKA_USERNAME" $kafka.username "COPYDESK_KAFKA_PREFIX" $kafka.prefix
      "COPYDESK_ELASTICSEARCH_PREFIX" $elastic.prefix "COPYDESK_CONTACT" $values.contact -}}
{{- if $kafka.username -}}{{- $_ := set $own "COPYDESK_KAFKA_MECHANISM" $kafka.mechanism -}}{{- end -}}
{{- if .secret -}}
{{- range $key := $values.secrets.keys -}}
{{- $_ := set $own (printf "COPYDESK_%s_FILE" ($key | upper | replace "-" "_")) (printf "/secrets/%s" $key) -}}
{{- end -}}
{{- end -}}
{{- range $key := $values.certificates.keys -}}
{{- $_ := set $own (printf "COPYDESK_%s" ($key | trimSuffix ".pem" | upper | replace "-" "_")) (printf "/certificates/%s" $key) -}}
{{- end -}}
{{- $all := merge (deepCopy $values.environment) .more $own -}}
{{- range $name, $value := $all }}
{{- if ne (toString $value) "" }}
- { name: {{ $name }}, value: {{ $value | toString | quote }} }
{{- end }}
{{- end }}
{{- end -}}

{{- define "copydesk.mounts" -}}
- { name: tmp, mountPath: /tmp }
{{- if .secret }}
- { name: secrets, mountPath: /secrets, readOnly: true }
{{- end }}
{{- if .root.Values.certificates.secret }}
- { name: certificates, mountPath: /certificates, readOnly: true }
{{- end }}
{{- end -}}

{{- define "copydesk.volumes" -}}
- { name: tmp, emptyDir: { sizeLimit: 1Gi } }
{{- if .secret }}
- name: secrets
  secret:
    secretName: {{ .secret }}
    defaultMode: 0440
    items:
      {{- range .root.Values.secrets.keys }}
      - { key: {{ . }}, path: {{ . }} }
      {{- end }}
{{- end }}
{{- with .root.Values.certificates.secret }}
- { name: certificates, secret: { secretName: {{ . }}, defaultMode: 0440 } }
{{- end }}
{{- end -}}
