// Command dataprep turns web archives and instruction data into training datasets.
package main

import (
	"os"

	"dataprep/cmd/catalog"
	"dataprep/cmd/cli"
)

func main() {
	os.Exit(cli.Main(catalog.All(), os.Args[1:], os.Stdout, os.Stderr))
}
