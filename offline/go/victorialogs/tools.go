// Package victorialogs pins VictoriaLogs and the checksums of everything in it: `go.mod` and `go.sum` beside this file.
package victorialogs

import _ "github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs"
