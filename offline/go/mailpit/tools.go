// Package mailpit pins Mailpit and the checksums of everything in it: `go.mod` and `go.sum` beside this file.
package mailpit

import _ "github.com/axllent/mailpit"
