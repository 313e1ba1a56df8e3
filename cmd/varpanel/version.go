package main

import (
	"encoding/json"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is the release; builds of a checkout carry the revision beside it.
const version = "0.1.0"

const intendedUse = "For use inside an ISO 15189 laboratory after its own validation. " +
	"varpanel proposes and does not classify; it is not a UKCA or IVDR device."

type versionInfo struct {
	Name        string   `json:"name"`
	Version     string   `json:"version"`
	Revision    string   `json:"revision"`
	Go          string   `json:"go"`
	Platform    string   `json:"platform"`
	Modules     []string `json:"modules"`
	IntendedUse string   `json:"intended_use"`
}

func readVersion() versionInfo {
	v := versionInfo{
		Name: "varpanel", Version: version, Revision: "unknown", Go: runtime.Version(),
		Platform: runtime.GOOS + "/" + runtime.GOARCH, Modules: []string{}, IntendedUse: intendedUse,
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	for _, m := range info.Deps {
		v.Modules = append(v.Modules, m.Path+" "+m.Version)
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v.Revision = s.Value
		}
	}
	return v
}

func newVersionCommand(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "version",
		Short:   "Print version, build, modules and intended use",
		Example: "  varpanel version --json",
		Args:    exactArgs(0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			v := readVersion()
			if asJSON {
				enc := json.NewEncoder(a.out)
				enc.SetIndent("", "  ")
				return enc.Encode(v)
			}
			return a.printf("varpanel %s (%s, %s, %s)\n%s\n", v.Version, v.Revision, v.Go, v.Platform, v.IntendedUse)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON, with the list of modules")
	return c
}
