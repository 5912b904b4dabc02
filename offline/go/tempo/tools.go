// Package tempo pins Tempo and the checksums of everything in it: `go.mod` and `go.sum` beside this file. The
// replacements are those of Tempo's own go.mod, which Go heeds only in the module that is built.
package tempo

import _ "github.com/grafana/tempo/cmd/tempo"
