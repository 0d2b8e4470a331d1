// Command istmo is a country's node, and everything an operator does with it.
package main

import (
	"os"

	"istmo/cli"
	"istmo/demo"
)

func main() {
	os.Exit(cli.Run(os.Args[1:], cli.Command{Name: "demo", Run: &demo.Command{}, Pages: demo.Pages}))
}
