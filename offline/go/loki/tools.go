// Package loki pins Loki and the checksums of everything in it: `go.mod` and `go.sum` beside this file. The
// replacements are those of Loki's own go.mod, which Go heeds only in the module that is built.
package loki

import _ "github.com/grafana/loki/v3/cmd/loki"
