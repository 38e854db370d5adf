// Looks up the name in its argument with Go's own resolver, and prints the result.
package main

import (
	"fmt"
	"net"
	"os"
)

func main() {
	if _, err := net.LookupHost(os.Args[1]); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("found")
}
