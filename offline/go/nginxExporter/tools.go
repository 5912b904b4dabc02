// Package nginxexporter pins nginx-prometheus-exporter and the checksums of everything in it: `go.mod` and `go.sum`
// beside this file.
package nginxexporter

import _ "github.com/nginx/nginx-prometheus-exporter"
