// Checks dashboards against Grafana's published schema. It prints a line for each unknown field, each value of a
// wrong type and each required field that is missing, and exits with 1 if there are any.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/heatmap"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/statushistory"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

func main() {
	// Only the types of panels that the boards have: all of them take much longer to compile.
	runtime := cog.NewRuntime()
	runtime.RegisterPanelcfgVariant(heatmap.VariantConfig())
	runtime.RegisterPanelcfgVariant(stat.VariantConfig())
	runtime.RegisterPanelcfgVariant(statushistory.VariantConfig())
	runtime.RegisterPanelcfgVariant(table.VariantConfig())
	runtime.RegisterPanelcfgVariant(timeseries.VariantConfig())
	runtime.RegisterDataqueryVariant(prometheus.VariantConfig())

	wrong := false
	for _, file := range os.Args[1:] {
		for _, mistake := range mistakes(file) {
			fmt.Printf("%s: %v\n", file, mistake)
			wrong = true
		}
	}
	if wrong {
		os.Exit(1)
	}
}

func mistakes(file string) []error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return []error{err}
	}
	var board dashboard.Dashboard
	found := unlessEmpty(board.UnmarshalJSONStrict(raw))
	found = append(found, unlessEmpty(board.Validate())...)
	return append(found, mistakesOfPanels(raw)...)
}

// The parts of a panel that the library does not read strictly by itself.
func mistakesOfPanels(raw []byte) []error {
	var board struct {
		Panels []struct {
			Type        string          `json:"type"`
			FieldConfig json.RawMessage `json:"fieldConfig"`
		} `json:"panels"`
	}
	if err := json.Unmarshal(raw, &board); err != nil {
		return []error{err}
	}
	var found []error
	for i, panel := range board.Panels {
		if _, known := cog.ConfigForPanelcfgVariant(panel.Type); !known {
			found = append(found, fmt.Errorf("panels[%d].type: %q is not registered in main.go", i, panel.Type))
		}
		var config dashboard.FieldConfigSource
		for _, err := range unlessEmpty(config.UnmarshalJSONStrict(panel.FieldConfig)) {
			found = append(found, cog.MakeBuildErrors(fmt.Sprintf("panels[%d].fieldConfig", i), err))
		}
	}
	return found
}

// The library returns an empty list as an error that is not nil.
func unlessEmpty(err error) []error {
	if err == nil || err.Error() == "" {
		return nil
	}
	return []error{err}
}
