// Command adminpolicies evaluates queries with SIG Network's reference engine of AdminNetworkPolicy.
// The first line of its input is the cluster, each other line a case; it answers each case with a
// line, allow or deny. The engine's function is not exported, so it is linked by its name.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	_ "unsafe" // for go:linkname

	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"
	"sigs.k8s.io/network-policy-api/apis/v1alpha1"
	npafake "sigs.k8s.io/network-policy-api/pkg/client/clientset/versioned/fake"
	npainformers "sigs.k8s.io/network-policy-api/pkg/client/informers/externalversions"
)

// packet has the layout of the engine's own type of that name.
type packet struct {
	id      uint32
	family  v1.IPFamily
	srcIP   net.IP
	dstIP   net.IP
	proto   v1.Protocol
	srcPort int
	dstPort int
	payload []byte
}

//go:linkname evaluatePacket sigs.k8s.io/kube-network-policies/pkg/networkpolicy.(*Controller).evaluatePacket
func evaluatePacket(c *networkpolicy.Controller, ctx context.Context, p packet) bool

type cluster struct {
	Namespaces []v1.Namespace `json:"namespaces"`
	Pods       []v1.Pod       `json:"pods"`
}

type query struct {
	Admin    []v1alpha1.AdminNetworkPolicy         `json:"admin"`
	Baseline []v1alpha1.BaselineAdminNetworkPolicy `json:"baseline"`
	Standard []networkingv1.NetworkPolicy          `json:"standard"`
	Source   string                                `json:"source"`
	Target   string                                `json:"target"`
	Protocol v1.Protocol                           `json:"protocol"`
	Port     int                                   `json:"port"`
}

func fill[T any](store cache.Store, objects []T) {
	all := make([]interface{}, 0, len(objects))
	for i := range objects {
		all = append(all, &objects[i])
	}
	if err := store.Replace(all, ""); err != nil {
		log.Fatal(err)
	}
}

func main() {
	flags := flag.NewFlagSet("klog", flag.ExitOnError)
	klog.InitFlags(flags)
	_ = flags.Set("logtostderr", "false")
	_ = flags.Set("stderrthreshold", "FATAL")
	client := fake.NewSimpleClientset()
	standard := informers.NewSharedInformerFactory(client, 0)
	npaClient := npafake.NewSimpleClientset()
	admin := npainformers.NewSharedInformerFactory(npaClient, 0).Policy().V1alpha1()
	networkPolicies := standard.Networking().V1().NetworkPolicies()
	core := standard.Core().V1()
	controller, err := networkpolicy.NewController(client, networkPolicies, core.Namespaces(),
		core.Pods(), core.Nodes(), npaClient, admin.AdminNetworkPolicies(),
		admin.BaselineAdminNetworkPolicies(), networkpolicy.Config{
			AdminNetworkPolicy: true, BaselineAdminNetworkPolicy: true, NodeName: "node"})
	if err != nil {
		log.Fatal(err)
	}
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 1<<20)
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	var known cluster
	for first := true; input.Scan(); first = false {
		if first {
			if err := json.Unmarshal(input.Bytes(), &known); err != nil {
				log.Fatal(err)
			}
			fill(core.Namespaces().Informer().GetStore(), known.Namespaces)
			fill(core.Pods().Informer().GetStore(), known.Pods)
			continue
		}
		var each query
		if err := json.Unmarshal(input.Bytes(), &each); err != nil {
			log.Fatalf("%v: %s", err, input.Text())
		}
		fill(admin.AdminNetworkPolicies().Informer().GetStore(), each.Admin)
		fill(admin.BaselineAdminNetworkPolicies().Informer().GetStore(), each.Baseline)
		fill(networkPolicies.Informer().GetStore(), each.Standard)
		allowed := evaluatePacket(controller, context.Background(), packet{
			srcIP: net.ParseIP(each.Source), dstIP: net.ParseIP(each.Target),
			proto: each.Protocol, srcPort: 40000, dstPort: each.Port})
		word := "deny"
		if allowed {
			word = "allow"
		}
		fmt.Fprintln(output, word)
	}
	if err := input.Err(); err != nil {
		log.Fatal(err)
	}
}
