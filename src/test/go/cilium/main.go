// Evaluates cases with Cilium's policy engine. It reads a JSON list of cases from its standard
// input and writes a list of results: "allowed" or "denied" for each direction, or "invalid" if
// Cilium refuses a policy of the case; and the names of queries that its DNS proxy lets through, if
// the connection passes the proxy and that refuses others.
package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/cilium/cilium/pkg/crypto/certificatemanager"
	"github.com/cilium/cilium/pkg/endpoint/regeneration"
	envoypolicy "github.com/cilium/cilium/pkg/envoy/policy"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/identity/identitymanager"
	"github.com/cilium/cilium/pkg/k8s"
	ciliumio "github.com/cilium/cilium/pkg/k8s/apis/cilium.io"
	v2 "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	networking "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/networking/v1"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/labelsfilter"
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
	policytypes "github.com/cilium/cilium/pkg/policy/types"
	policyutils "github.com/cilium/cilium/pkg/policy/utils"
	"github.com/cilium/cilium/pkg/types"
	"github.com/cilium/cilium/pkg/u8proto"
)

const cluster = "default"

// end is one end of a connection: "pod", "host", "remote-node" or "world".
type end struct {
	Kind            string            `json:"kind"`
	Namespace       string            `json:"namespace"`
	Labels          map[string]string `json:"labels"`
	NamespaceLabels map[string]string `json:"namespaceLabels"`
	Address         string            `json:"address"`
	Ports           []namedPort       `json:"ports"`
}

type namedPort struct {
	Name     string `json:"name"`
	Number   int    `json:"number"`
	Protocol string `json:"protocol"`
}

type testCase struct {
	Policies []json.RawMessage `json:"policies"`
	From     end               `json:"from"`
	To       end               `json:"to"`
	Protocol string            `json:"protocol"`
	Port     uint16            `json:"port"`
	Mode     string            `json:"mode"`
}

type result struct {
	Egress  string   `json:"egress"`
	Ingress string   `json:"ingress"`
	Names   []string `json:"names"`
	Error   string   `json:"error,omitempty"`
}

// owner is the pod that sends: it needs no more than its identity.
type owner struct{ id identity.NumericIdentity }

func (o owner) GetID() uint64 { return uint64(o.id) }

func (owner) GetIngressNamedPort(string, u8proto.U8proto) uint16 { return 0 }

func (owner) PolicyDebug(string, ...any) {}

func (owner) IsHost() bool { return false }

func (owner) PreviousMapStateSizes() policy.MapStateSizes { return policy.MapStateSizes{} }

func (owner) RegenerateIfAlive(*regeneration.ExternalRegenerationMetadata) <-chan bool {
	done := make(chan bool)
	close(done)
	return done
}

// names returns the names that the DNS proxy lets through; none if it lets all through, or if the
// connection does not pass it.
func names(repository policy.PolicyRepository, flow policytypes.Flow, logger *slog.Logger) ([]string, error) {
	all := map[string]bool{}
	selected, _, err := repository.ComputeSelectorPolicy(flow.From)
	if err != nil {
		return nil, err
	}
	redirects := map[string]uint16{policy.FallbackRedirectID: math.MaxUint16}
	distilled := selected.DistillPolicy(logger, owner{flow.From.ID}, redirects)
	distilled.Ready()
	key := policy.EgressKey().WithIdentity(flow.To.ID).WithPortProto(flow.Proto, flow.Dport)
	if entry, _, _ := distilled.Lookup(key); entry.IsRedirectEntry() {
		for filter := range distilled.SelectorPolicy.L4Policy.Egress.Filters() {
			if filter.U8Proto == flow.Proto && filter.Port == flow.Dport && filter.EndPort == 0 {
				for selector, rules := range filter.PerSelectorPolicies {
					if selector.Selects(flow.To.ID) {
						add(all, rules)
					}
				}
			}
		}
	}
	distilled.Detach(logger)
	selected.Supersede()
	if all["*"] {
		return nil, nil
	}
	return slices.Sorted(maps.Keys(all)), nil
}

func add(all map[string]bool, rules *policy.PerSelectorPolicy) {
	if rules == nil || len(rules.DNS) == 0 {
		all["*"] = true
		return
	}
	for _, rule := range rules.DNS {
		all[strings.ToLower(rule.MatchName+rule.MatchPattern)] = true
	}
}

func (e end) identity(number identity.NumericIdentity) *identity.Identity {
	switch e.Kind {
	case "pod":
		all := labels.Map2Labels(e.Labels, labels.LabelSourceK8s)
		add := func(key, value string) {
			all[key] = labels.NewLabel(key, value, labels.LabelSourceK8s)
		}
		add(ciliumio.PodNamespaceLabel, e.Namespace)
		add(ciliumio.PolicyLabelCluster, cluster)
		for key, value := range e.NamespaceLabels {
			add(ciliumio.PodNamespaceMetaLabels+"."+key, value)
		}
		relevant, _ := labelsfilter.Filter(all)
		return identity.NewIdentity(number, relevant)
	case "host":
		return identity.NewIdentity(identity.ReservedIdentityHost, labels.LabelHost)
	case "remote-node":
		return identity.NewIdentity(identity.ReservedIdentityRemoteNode, labels.LabelRemoteNode)
	case "world":
		address := netip.MustParseAddr(e.Address)
		block := netip.PrefixFrom(address, address.BitLen())
		return identity.NewIdentity(identity.IdentityScopeLocal|number, labels.GetCIDRLabels(block))
	}
	panic("unknown kind of end: " + e.Kind)
}

// ports are the named ports of the ends of one case, by their identities.
type ports struct {
	types.NamedPortMultiMap
}

func (p ports) GetNamedPorts() types.NamedPortMultiMap { return p.NamedPortMultiMap }

func entries(raw json.RawMessage, logger *slog.Logger) (policytypes.PolicyEntries, error) {
	var meta struct {
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(raw, &meta); err != nil {
		return nil, err
	}
	switch meta.Kind {
	case "NetworkPolicy":
		var np networking.NetworkPolicy
		if err := json.Unmarshal(raw, &np); err != nil {
			return nil, err
		}
		return k8s.ParseNetworkPolicy(logger, cluster, &np)
	case "CiliumNetworkPolicy":
		var cnp v2.CiliumNetworkPolicy
		if err := json.Unmarshal(raw, &cnp); err != nil {
			return nil, err
		}
		rules, err := cnp.Parse(logger, cluster)
		return policyutils.RulesToPolicyEntries(rules), err
	case "CiliumClusterwideNetworkPolicy":
		var ccnp v2.CiliumClusterwideNetworkPolicy
		if err := json.Unmarshal(raw, &ccnp); err != nil {
			return nil, err
		}
		rules, err := ccnp.Parse(logger, cluster)
		return policyutils.RulesToPolicyEntries(rules), err
	}
	return nil, fmt.Errorf("unknown kind %q", meta.Kind)
}

func evaluate(c testCase, logger *slog.Logger) (out result) {
	from, to := c.From.identity(1001), c.To.identity(1002)
	known := identity.IdentityMap{from.ID: from.LabelArray, to.ID: to.LabelArray}
	manager := identitymanager.NewIDManager(logger)
	repository := policy.NewPolicyRepository(logger, known, nil, proxies(logger), manager, nil)
	repository.UpdateIdentities(known, nil)
	repository.SetNamedPortsGetter(named(to, c.To.Ports))
	var all policytypes.PolicyEntries
	for _, raw := range c.Policies {
		parsed, err := entries(raw, logger)
		if err != nil {
			return result{Egress: "invalid", Ingress: "invalid", Error: err.Error()}
		}
		all = append(all, parsed...)
	}
	repository.MustAddPolicyEntries(all)
	mode := c.Mode
	if mode == "" {
		mode = option.DefaultEnforcement
	}
	policy.SetPolicyEnabled(mode)
	protocol, err := u8proto.ParseProtocol(c.Protocol)
	if err != nil {
		return result{Error: err.Error()}
	}
	flow := policytypes.Flow{
		From: from, To: to, Proto: protocol, Dport: c.Port,
		NamedPortsTCP: numbers(c.To.Ports, "TCP"), NamedPortsUDP: numbers(c.To.Ports, "UDP"),
	}
	verdict, _, _, err := policy.LookupFlow(logger, repository, manager, flow)
	if err != nil {
		return result{Egress: "invalid", Ingress: "invalid", Error: err.Error()}
	}
	manager.Add(from)
	defer manager.Remove(from)
	passing, err := names(repository, flow, logger)
	if err != nil {
		return result{Egress: "invalid", Ingress: "invalid", Error: err.Error()}
	}
	return result{Egress: verdict.Egress.String(), Ingress: verdict.Ingress.String(), Names: passing}
}

// proxies translates rules for HTTP; nothing is sent anywhere.
func proxies(logger *slog.Logger) envoypolicy.EnvoyL7RulesTranslator {
	return envoypolicy.NewEnvoyL7RulesTranslator(logger, certificatemanager.NewMockSecretManagerInline())
}

func named(to *identity.Identity, all []namedPort) ports {
	byName := types.NewNamedPortMultiMap()
	mine := types.NamedPortMap{}
	for _, port := range all {
		if err := mine.AddPort(port.Name, port.Number, port.Protocol); err != nil {
			panic(err)
		}
	}
	byName.Update(to.ID, nil, mine)
	return ports{byName}
}

func numbers(all []namedPort, protocol string) map[string]uint16 {
	numbers := map[string]uint16{}
	for _, port := range all {
		if strings.EqualFold(port.Protocol, protocol) {
			numbers[port.Name] = uint16(port.Number)
		}
	}
	return numbers
}

func main() {
	logger := slog.New(slog.DiscardHandler)
	option.Config.EnableIPv4 = true
	option.Config.EnableICMPRules = true
	option.Config.EnableL7Proxy = true
	option.Config.EnableNonDefaultDenyPolicies = true
	option.Config.UnsafeDaemonConfigOption.AllowLocalhost = option.AllowLocalhostAlways
	api.InitEntities(cluster)
	if err := labelsfilter.ParseLabelPrefixCfg(logger, nil, nil, ""); err != nil {
		panic(err)
	}
	var cases []testCase
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		panic(err)
	}
	results := make([]result, 0, len(cases))
	for _, c := range cases {
		results = append(results, evaluate(c, logger))
	}
	if err := json.NewEncoder(os.Stdout).Encode(results); err != nil {
		panic(err)
	}
}
