// Package promtail pins Promtail and the checksums of everything in it: `go.mod` and `go.sum` beside this file. The
// replacements are those of Loki's own go.mod, which Go heeds only in the module that is built.
package promtail

import _ "github.com/grafana/loki/v3/clients/cmd/promtail"
