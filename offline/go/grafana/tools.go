// Package grafana pins Grafana and what generates a file of it: `go.mod` and `go.sum` beside this file. Grafana itself is
// built in a copy of its module, with its own go.mod and go.sum: Go heeds replacements only in the module that is built.
package grafana

import _ "github.com/google/wire/cmd/wire"
