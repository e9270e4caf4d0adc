// Loads a compose file with the reference loader, with the environment as it is, and prints the result as JSON.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	options, err := cli.NewProjectOptions(os.Args[1:], cli.WithOsEnv, cli.WithDefaultProfiles(), cli.WithConsistency(true))
	if err == nil {
		var project, loading = cli.ProjectFromOptions(context.Background(), options)
		err = loading
		if err == nil {
			var printed []byte
			if printed, err = project.MarshalJSON(); err == nil {
				fmt.Println(string(printed))
			}
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
