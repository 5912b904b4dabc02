// Package pulumi pins the Pulumi CLI and the checksums of everything in it: `go.mod` and `go.sum` beside this file.
package pulumi

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
