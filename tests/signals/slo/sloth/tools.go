// Package sloth pins sloth, the reference that the tests compare our SLO rules with, and the checksums of everything in
// it: `go.mod` and `go.sum` beside this file.
package sloth

import _ "github.com/slok/sloth/cmd/sloth"
