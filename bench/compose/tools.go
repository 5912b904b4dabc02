// Package tools pins the program that is built from here.
package tools

import _ "github.com/docker/compose/v5/cmd"
