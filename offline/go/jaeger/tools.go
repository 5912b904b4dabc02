// Package jaeger pins Jaeger and the checksums of everything in it: `go.mod` and `go.sum` beside this file. The
// replacement is that of Jaeger's own go.mod, which Go heeds only in the module that is built.
package jaeger

import _ "github.com/jaegertracing/jaeger/cmd/jaeger"
